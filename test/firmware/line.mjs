// The other end of an image's UART: a socket into the emulator.
import { connect } from 'node:net';
import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from './qemu.mjs';

const folder = 'build/firmware/uart';
mkdirSync(folder, { recursive: true });

const dial = (path) =>
  new Promise((resolve) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', () => resolve(undefined)); // not there yet
  });

// Runs an image with its UART at this end; `talk` gets the other end. Gives the image's result. With `telnet` the bytes
// FF F3 are a break. `deaf`: what the image sends is not read.
export async function converse(board, program, words, talk, { telnet = false, options = [], seconds = 60, deaf = false } = {}) {
  const path = `${folder}/${board}.sock`;
  rmSync(path, { force: true });
  const chardev = `socket,id=line,path=${path},server=on,wait=on${telnet ? ',telnet=on' : ''}`;
  const { done } = start(board, program, {
    options: ['-chardev', chardev, '-serial', 'chardev:line', ...options],
    words,
    seconds,
  });
  const ended = done.then(() => true);
  let socket;
  for (let over = false; !over && !socket; over = await Promise.race([ended, sleep(2, false)])) socket = await dial(path);
  if (socket) {
    const peer = { socket, ended, heard: '' };
    socket.on('error', () => {}); // the emulator ends when the image has its answer
    if (!deaf) socket.on('data', (data) => (peer.heard += data.toString('latin1').replace(/\xff[\xfb-\xfe]./gs, '')));
    await talk(peer);
  }
  const result = await done;
  socket?.destroy();
  return result;
}

// Waits for a byte of the image; false when the image has ended.
export async function hear(peer, byte) {
  for (let over = false; !over; ) {
    if (peer.heard.includes(byte)) return true;
    over = await Promise.race([peer.ended, sleep(2, false)]);
  }
  return false;
}

// At full speed, as the emulator takes them.
export const send = (peer, bytes) => new Promise((resolve) => peer.socket.write(bytes, () => resolve()));

// Never faster than the baud rate, 10 bits a byte: what a late timer misses is not made up for. No more at once than comes
// in two milliseconds, since the emulator hands on at its own speed what it has.
export async function sendPaced(peer, bytes, baud = 115200) {
  const began = performance.now();
  let before = began;
  for (let at = 0; at < bytes.length; ) {
    if (await Promise.race([peer.ended, sleep(1, false)])) return;
    const now = performance.now();
    const count = Math.floor((Math.min(now - before, 2) * baud) / 10000);
    before = now;
    await send(peer, bytes.subarray(at, at + count));
    at += count;
  }
  peer.rate = Math.round((bytes.length / (performance.now() - began)) * 1000);
}

// ---- what a stream says, by JavaScript's own parser

// FNV-1a, as the images compute it.
export const fnv = (bytes) => bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 16777619) >>> 0, 2166136261);

// The text of all choices, how many events are bad, and whether [DONE] came. Bytes are kept as characters of Latin-1, since
// noise makes bytes that are no UTF-8; escapes become bytes, too.
export function expectation(bytes) {
  const text = bytes.toString('latin1').replace(/(\\u(?!00[0-7])[0-9a-f]{4})+/gi, (run) => {
    return Buffer.from(JSON.parse(`"${run}"`)).toString('latin1');
  });
  const found = { text: '', bad: 0, done: false };
  let data = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, name, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
    if (name === 'data') data.push(value ?? '');
    if (line !== '' || data.length === 0) continue;
    const event = data.join('\n');
    data = [];
    if (event.trim() === '[DONE]') return { ...found, done: true };
    try {
      for (const choice of JSON.parse(event).choices ?? []) found.text += choice.delta?.content ?? '';
    } catch {
      found.bad++;
    }
  }
  return found;
}
