// From UART to struct on a Cortex-M0+, without a network stack: that it works, and what it costs. The goals: 12 KB of
// flash, and 1.5 KB of RAM without the filled struct.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { converse, expectation, fnv, hear, sendPaced } from './line.mjs';
import { check, finish, valueOf } from './qemu.mjs';
import { lines, sizes, sum } from './sizes.mjs';

const GOAL_FLASH = 12288;
const GOAL_RAM = 1536;
const EXCEPTION_FRAME = 32; // what a Cortex-M pushes by itself (ARMv6-M Architecture Reference Manual, B1.5.6)
const IMAGES = [
  ['an385-bare', 'm0plus-bare', 'Cortex-M0+, lean struct, no HTTP'],
  ['an385-m0plus', 'm0plus', 'Cortex-M0+, chat struct, HTTP linked'],
  ['microbit-bare', 'm0-bare', 'Cortex-M0, lean struct, no HTTP'],
  ['microbit', 'm0', 'Cortex-M0, chat struct, HTTP linked'],
];
const HARNESS = ['test harness', 'padding'];

const against = (bytes, goal) => (bytes <= goal ? `${goal - bytes} below the goal` : `${bytes - goal} over the goal`);
const answer = readFileSync('test/demo/answer.sse');

// The deepest stack below a function, by the compiler's call graph.
function deepest(core, of) {
  const folder = `build/firmware/${core}`;
  const graphs = ['src', 'port/uart'].flatMap((part) =>
    readdirSync(`${folder}/${part}`).filter((name) => name.endsWith('.ci')).map((name) => `${folder}/${part}/${name}`),
  );
  return Number.parseInt(execFileSync('node', ['test/stack.mjs', '--of', of, ...graphs], { encoding: 'utf8' }), 10);
}

for (const [board, core, what] of IMAGES) {
  const result = await converse(board, 'uart_min', [], async (peer) => {
    if (await hear(peer, 'r')) await sendPaced(peer, answer);
  });
  const value = (of) => valueOf(result, of);
  const text = fnv(Buffer.from(expectation(answer).text, 'latin1'));
  check(`${board}: text`, value('text') === text && value('end') === 1 && result.code === 0, result.out);

  const image = `build/firmware/${board}/uart_min.elf`;
  const flash = sizes(image).flash;
  const product = sum(flash) - HARNESS.reduce((bytes, group) => bytes + (flash.get(group) ?? 0), 0);
  const parts = ['buffer', 'tokens', 'rill_stream', 'ring', 'rill_uart', 'stack'];
  const ram = parts.reduce((bytes, part) => bytes + value(part), 0);
  const graph = deepest(core, 'rill_stream_next');
  const interrupt = deepest(core, 'rill_uart_received') + EXCEPTION_FRAME;
  console.log(`${what}: ${product} bytes of flash, ${against(product, GOAL_FLASH)}; ${ram} bytes of RAM, ${against(ram, GOAL_RAM)}`);
  for (const line of lines(image)) console.log(`    ${line}`);
  console.log(`    RAM: ${parts.map((part) => `${part} ${value(part)}`).join(', ')}; beside it the struct, ${value('struct')}`);
  console.log(`    stack by call graph: rill_stream_next ${graph}, and an interrupt on top ${interrupt}`);
}
finish();
