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
const HARNESS_INTERRUPT = 96; // frames of startup.c and the board between the exception and the port, and a tick's
const HARNESS = ['test harness', 'padding'];

const against = (bytes, goal) => (bytes <= goal ? `${goal - bytes} below the goal` : `${bytes - goal} over the goal`);
const answer = readFileSync('test/demo/answer.sse');

// The deepest stack below a function, by the compiler's call graph. (What is called through a table is not in it: the
// port's read needs far less than the decoder.)
function deepest(board, core, of) {
  const graphs = ['src', 'port/uart'].flatMap((part) => {
    const folder = `build/firmware/${core}/${part}`;
    return readdirSync(folder).filter((name) => name.endsWith('.ci')).map((name) => `${folder}/${name}`);
  });
  graphs.push(`build/firmware/${board}/test/uart_min.ci`);
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
  const { flash, objects } = sizes(image);
  const product = sum(flash) - HARNESS.reduce((bytes, group) => bytes + (flash.get(group) ?? 0), 0);
  const parts = ['buffer', 'tokens', 'rill_stream', 'ring', 'rill_uart'];
  const program = deepest(board, core, 'main');
  const interrupt = deepest(board, core, 'rill_uart_received') + EXCEPTION_FRAME;
  const ram = parts.reduce((bytes, part) => bytes + value(part), program + interrupt);
  check(`${board}: the stack`, value('stack') <= program + interrupt + HARNESS_INTERRUPT, result.out);
  console.log(`${what}: ${product} bytes of flash, ${against(product, GOAL_FLASH)}; ${ram} bytes of RAM, ${against(ram, GOAL_RAM)}`);
  for (const line of lines(image)) console.log(`    ${line}`);
  const rooms = [...objects].filter(([path]) => path.includes('librill.a')).sort((a, b) => b[1] - a[1]);
  console.log(`    flash by file: ${rooms.map(([path, bytes]) => `${/\((.*)\.o\)/.exec(path)[1]} ${bytes}`).join(', ')}`);
  console.log(
    `    RAM: ${parts.map((part) => `${part} ${value(part)}`).join(', ')}, stack ${program} and an interrupt on top ` +
      `${interrupt}; beside it the struct, ${value('struct')}`,
  );
  console.log(`    the deepest stack that was seen, with the harness's part of interrupts: ${value('stack')}`);
}
finish();
