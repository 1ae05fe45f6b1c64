// The bodies that are measured: those of the corpus, where it is, and that of the demo.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as corpus from '../peers/oracle/corpus.mjs';

const GROUPS = ['chat', 'tools', 'logprobs', 'recorded', 'demo'];

export const here = existsSync(corpus.root);
if (!here) console.log(`skipped: bodies and recorded streams, for there is no corpus at ${corpus.root}`);

// {group, name, provider, bytes} of each body.
function all() {
  const demo = { group: 'demo', name: 'test/demo/answer.sse', bytes: readFileSync('test/demo/answer.sse') };
  if (!here) return [demo];
  const made = ['chat', 'tools', 'logprobs'].map((group) => ({
    group,
    name: `bench/${group}.sse`,
    bytes: corpus.read(`bench/${group}.sse`),
  }));
  const recorded = [...corpus.kinds()].filter(([, kind]) => kind === 'chat-stream').map(([name]) => ({
    group: 'recorded',
    name,
    provider: name.split('/')[1],
    bytes: corpus.read(name),
  }));
  return [...made, ...recorded, demo];
}

export const bodies = all();
export const groups = GROUPS.filter((group) => bodies.some((body) => body.group === group));

export const edges = here
  ? Array.from({ length: 10 }, (_, i) => ({ name: `bench/edge${i}.sse`, bytes: corpus.read(`bench/edge${i}.sse`) }))
  : [];

// The checksums that came with the bodies: file name to checksum.
export const told = new Map(
  here ? corpus.read('bench/checksums.txt').toString().trim().split('\n').map((line) => line.split(/ +/)) : [],
);

// The same body as a response with chunks, an event each.
export function chunked({ bytes }) {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
  const events = bytes.toString('latin1').split(/(?<=\n\n)/);
  const chunks = events.map((event) => `${event.length.toString(16)}\r\n${event}\r\n`).join('');
  return Buffer.from(`${head}${chunks}0\r\n\r\n`, 'latin1');
}

// A file of bodies, as native.c and image.c read it.
export function write(file, list) {
  mkdirSync(dirname(file), { recursive: true });
  const parts = list.flatMap((bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  });
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

export const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
