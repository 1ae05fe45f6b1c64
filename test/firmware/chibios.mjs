// ChibiOS/RT on the Cortex-M3: an interrupt, a ring, a semaphore and a decoder thread, below a thread that must not miss
// its beat of 1 kHz. An instruction takes 64 ns of the emulator's clock (a core of about 25 MHz), whatever the host does.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';

import { hash, streams } from './net/servers.mjs';
import { check, finish, run, valueOf } from './qemu.mjs';
import { lines } from './sizes.mjs';

const image = 'build/firmware/rtos/chibios.elf';
if (!existsSync(image)) {
  console.log(`skipped: ${image} is not there: ChibiOS/RT as source could not be had`);
  process.exit(77);
}

const { body, text } = streams.small;
const file = 'build/firmware/rtos/answer.sse';
mkdirSync('build/firmware/rtos', { recursive: true });
writeFileSync(file, body);

const clock = ['-icount', 'shift=6,sleep=off'];
const work = (words, options = []) => run('an385', image, { words, options: [...clock, ...options], seconds: 60 });
const paced = 115200;

function checkCame(name, result) {
  const got = `status ${result.code}\n${result.out}`;
  check(`${name}: came whole`, result.code === 0 && /^end: done, ok$/m.test(result.out), got);
  check(`${name}: text`, valueOf(result, 'text') === text.length && valueOf(result, 'hash') === hash(text), got);
  check(`${name}: nothing lost`, valueOf(result, 'lost') === 0 && valueOf(result, 'bad') === 0, got);
}

function checkBeat(name, result) {
  const [beats, ms] = [valueOf(result, 'beats'), valueOf(result, 'milliseconds')];
  const got = `status ${result.code}\n${result.out}`;
  check(`${name}: no beat missed`, valueOf(result, 'missed') === 0, got);
  check(`${name}: one beat each millisecond`, beats >= 100 && Math.abs(beats - ms) <= 1, got);
  console.log(`${name}: ${beats} beats, none missed, the latest by ${valueOf(result, 'worst ns') / 1000} us of 1000`);
}

// ---- what is counted: bytes come from RAM, so each run is the same

const silent = await work(['silent']);
checkBeat('silence', silent);
const perBeat = valueOf(silent, 'instructions') / valueOf(silent, 'beats');

const alone = await work(['alone', file]);
checkCame('alone', alone);
check('alone: missed beats are seen', valueOf(alone, 'missed') > 0, alone.out); // with interrupts off none can be kept

// Instructions per byte of body, without the beat.
const perByte = (result) => (valueOf(result, 'instructions') - valueOf(result, 'beats') * perBeat) / body.length;

async function cost(name, words) {
  const result = await work(words);
  checkCame(name, result);
  checkBeat(name, result);
  const again = await work(words);
  check(`${name}: each run is the same`, again.out === result.out, `${result.out}\n${again.out}`);
  console.log(
    `${name}: ${perByte(result).toFixed(1)} instructions per byte, ` +
      `${valueOf(result, 'switches')} switches of thread for ${body.length} bytes, at most ${valueOf(result, 'ring peak')} in the ring`,
  );
  return result;
}

const gathered = await cost('115200 baud, woken by the tick', ['gathered', file, paced]);
await cost('115200 baud, woken by each byte', ['paced', file, paced]);
await cost('921600 baud, held by RTS', ['held', file, 8 * paced]);
await cost('from another thread', ['task', file]);

// ---- a decoder that does not come to its turn

const starved = await work(['starved', file, paced]);
const told = `status ${starved.code}\n${starved.out}`;
check('starved: told', /^end: not done, bytes were lost: they came too fast$/m.test(starved.out), told);
check('starved: counted', valueOf(starved, 'lost') > 0, told);
check('starved: what came before is whole', valueOf(starved, 'bad') === 0 && valueOf(starved, 'items') >= 20, told);
checkBeat('starved', starved);

// ---- the board's UART, with the host at the other end: its pace is the host's, the beat's clock is not

const port = 25000;
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const answer = Buffer.from(`${head}${body.length.toString(16)}\r\n${body.toString('latin1')}\r\n0\r\n\r\n`, 'latin1');

// 115200 baud: 11520 bytes a second
function sendPaced(socket) {
  const began = Date.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(answer.length, Math.floor((Date.now() - began) * 11.52));
    socket.write(answer.subarray(sent, due));
    sent = due;
    if (sent === answer.length) clearInterval(timer);
  }, 5);
}

async function overUart(name, send) {
  let asked = '';
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      asked += data.toString('latin1');
      const [fields, content] = asked.split('\r\n\r\n');
      const length = /^content-length: (\d+)$/im.exec(fields);
      if (content !== undefined && content.length === Number(length?.[1])) send(socket);
    });
  });
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  const line = ['-chardev', `socket,id=line,host=127.0.0.1,port=${port}`, '-serial', 'chardev:line'];
  const result = await work(['uart'], line);
  check(`${name}: request`, asked.startsWith('POST /v1/chat/completions HTTP/1.1\r\n'), asked);
  checkCame(name, result);
  checkBeat(name, result);
  server.close();
  return result;
}

const fastest = await overUart('UART, as fast as it takes them', (socket) => socket.write(answer));
await overUart('UART, 115200 baud of the host', sendPaced);

// ---- what it costs

console.log(lines(image).join('\n'));
console.log(
  `stack: ${valueOf(fastest, 'decoder stack')} bytes of the decoder thread's ${valueOf(fastest, 'decoder stack size')}, with HTTP and the request; ` +
    `of the beat thread ${valueOf(fastest, 'beat stack')}, of interrupts ${valueOf(fastest, 'interrupt stack')}`,
);
console.log(
  `instructions per byte of body: ${(valueOf(alone, 'instructions') / body.length).toFixed(1)} of rill alone, ` +
    `${perByte(gathered).toFixed(1)} with interrupt, ring, semaphore and threads; a beat and its tick: ${perBeat.toFixed(0)}`,
);
finish();
