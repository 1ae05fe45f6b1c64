// An RTOS on the Cortex-M3: an interrupt, a ring, a semaphore and a decoder thread, below a thread that must not miss its
// beat of 1 kHz. An instruction takes 64 ns of the emulator's clock (a core of about 25 MHz), whatever the host does.
// ChibiOS/RT; also FreeRTOS where FREERTOS names the folder of its kernel.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';

import { hash, streams } from './net/servers.mjs';
import { check, finish, run, valueOf } from './qemu.mjs';
import { lines } from './sizes.mjs';

const image = (kernel) => `build/firmware/rtos/${kernel}.elf`;
const { body, text } = streams.small;
const file = 'build/firmware/rtos/answer.sse';
const baud = 115200;

const runImage = (kernel, words, options = []) =>
  run('an385', image(kernel), { words, options: ['-icount', 'shift=6,sleep=off', ...options], seconds: 60 });

const shown = (result) => `status ${result.code}\n${result.out}`;

function checkCame(name, result) {
  check(`${name}: came whole`, result.code === 0 && /^end: done, ok$/m.test(result.out), shown(result));
  const same = valueOf(result, 'text') === text.length && valueOf(result, 'hash') === hash(text);
  check(`${name}: text`, same, shown(result));
  check(`${name}: nothing lost`, valueOf(result, 'lost') === 0 && valueOf(result, 'bad') === 0, shown(result));
}

function checkBeat(name, result) {
  const [beats, ms] = [valueOf(result, 'beats'), valueOf(result, 'milliseconds')];
  check(`${name}: no beat missed`, valueOf(result, 'missed') === 0, shown(result));
  check(`${name}: one beat each millisecond`, beats >= 100 && Math.abs(beats - ms) <= 1, shown(result));
  const late = valueOf(result, 'worst ns') / 1000;
  console.log(`${name}: ${beats} beats, ${valueOf(result, 'missed')} missed, the latest by ${late} us of 1000`);
}

// ---- the board's UART, with the host at the other end: its pace is the host's, the beat's clock is not

const socket = `build/firmware/rtos/line-${process.pid}`;
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const answer = Buffer.from(`${head}${body.length.toString(16)}\r\n${body.toString('latin1')}\r\n0\r\n\r\n`, 'latin1');

const sendAtOnce = (far) => far.write(answer);

function sendPaced(far) {
  const began = Date.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(answer.length, Math.floor(((Date.now() - began) / 1000) * (baud / 10)));
    far.write(answer.subarray(sent, due));
    sent = due;
    if (sent === answer.length) clearInterval(timer);
  }, 5);
}

async function overUart(kernel, name, send) {
  let asked = '';
  const server = net.createServer((far) => {
    far.on('error', () => {}); // the emulator has ended
    far.on('data', (data) => {
      asked += data.toString('latin1');
      const [fields, content] = asked.split('\r\n\r\n');
      const length = /^content-length: (\d+)$/im.exec(fields);
      if (content !== undefined && content.length === Number(length?.[1])) send(far);
    });
  });
  await new Promise((listening) => server.listen(socket, listening));
  const line = ['-chardev', `socket,id=line,path=${socket}`, '-serial', 'chardev:line'];
  const result = await runImage(kernel, ['uart'], line);
  server.close();
  check(`${name}: request`, asked.startsWith('POST /v1/chat/completions HTTP/1.1\r\n'), asked);
  checkCame(name, result);
  checkBeat(name, result);
  return result;
}

// ---- all of it, with one kernel

async function tryKernel(kernel) {
  const name = (what) => `${kernel}, ${what}`;

  const silent = await runImage(kernel, ['silent']);
  checkBeat(name('silence'), silent);
  const perBeat = valueOf(silent, 'instructions') / valueOf(silent, 'beats');
  // of body, without the beat
  const perByte = (result) => (valueOf(result, 'instructions') - valueOf(result, 'beats') * perBeat) / body.length;

  // rill alone: the more a piece has, the less it costs
  const costs = [];
  let alone;
  for (const piece of [1, 11, 64, 512]) {
    alone = await runImage(kernel, ['alone', file, piece]);
    checkCame(name(`alone, pieces of ${piece}`), alone);
    costs.push(`${(valueOf(alone, 'instructions') / body.length).toFixed(1)} in pieces of ${piece}`);
  }
  console.log(`${kernel}: instructions per byte of rill alone: ${costs.join(', ')}`);
  check(name('alone: missed beats are seen'), valueOf(alone, 'missed') > 0, shown(alone)); // interrupts are off

  // Bytes come from RAM: each run is the same, to the instruction.
  async function counted(what, words) {
    const result = await runImage(kernel, words);
    checkCame(name(what), result);
    checkBeat(name(what), result);
    check(name(`${what}: each run is the same`), (await runImage(kernel, words)).out === result.out, shown(result));
    const busy = (valueOf(result, 'instructions') * 64) / (valueOf(result, 'milliseconds') * 1e4);
    console.log(
      `${name(what)}: ${perByte(result).toFixed(1)} instructions per byte, ${valueOf(result, 'switches')} switches of thread ` +
        `for ${body.length} bytes, at most ${valueOf(result, 'ring peak')} in the ring, core busy for ${busy.toFixed(0)} %`,
    );
    return result;
  }
  const gathered = await counted('115200 baud, woken by the tick', ['gathered', file, baud]);
  await counted('115200 baud, woken by each byte', ['paced', file, baud]);
  await counted('921600 baud, held by RTS', ['held', file, 8 * baud]);
  await counted('from another thread', ['task', file]);

  // a decoder that does not come to its turn
  const starved = await runImage(kernel, ['starved', file, baud]);
  const told = /^end: not done, bytes were lost: they came too fast$/m.test(starved.out);
  check(name('starved: told'), told && valueOf(starved, 'lost') > 0, shown(starved));
  const before = valueOf(starved, 'bad') === 0 && valueOf(starved, 'items') >= 20;
  check(name('starved: what came before is whole'), before, shown(starved));
  checkBeat(name('starved'), starved);

  const fastest = await overUart(kernel, name('UART, as fast as it takes them'), sendAtOnce);
  await overUart(kernel, name('UART, 115200 baud of the host'), sendPaced);

  console.log(lines(image(kernel)).join('\n'));
  console.log(
    `${kernel}: stack: ${valueOf(fastest, 'decoder stack')} bytes of the decoder thread's ` +
      `${valueOf(fastest, 'decoder stack size')}, with HTTP and the request; ${valueOf(fastest, 'beat stack')} of the beat ` +
      `thread, ${valueOf(fastest, 'interrupt stack')} of interrupts; the three threads' stacks take ` +
      `${valueOf(fastest, 'stacks')} of the program's RAM`,
  );
  console.log(
    `${kernel}: instructions per byte of body: ${(valueOf(alone, 'instructions') / body.length).toFixed(1)} of rill alone, ` +
      `${perByte(gathered).toFixed(1)} with interrupt, ring, semaphore and threads; a beat and its tick: ${perBeat.toFixed(0)}`,
  );
}

if (!process.env.FREERTOS) console.log('skipped: freertos: name the folder of its kernel with FREERTOS=...');
const kernels = ['chibios', ...(process.env.FREERTOS ? ['freertos'] : [])].filter((kernel) => existsSync(image(kernel)));
if (!kernels.includes('chibios')) console.log('skipped: chibios: ChibiOS/RT as source could not be had');
if (kernels.length === 0) process.exit(77);
mkdirSync('build/firmware/rtos', { recursive: true });
writeFileSync(file, body);
for (const kernel of kernels) await tryKernel(kernel);
finish();
