// The tables of docs/footprint.md: between "<!-- NAME: ..." and "<!-- end of NAME -->".
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { measure as measureSizes, numbersOf } from '../sizes.mjs';
import { groups } from './corpus.mjs';
import { perByte, perProvider } from './measure.mjs';

const file = 'docs/footprint.md';
const CORES = {
  'cortex-m0plus': 'Cortex-M0+', 'cortex-m3': 'Cortex-M3', 'cortex-m33': 'Cortex-M33', rv32imac: 'RV32IMAC',
};
export const TARGETS = {
  'x86-64-O2': 'x86-64 -O2', 'm3-O2': 'Cortex-M3 -O2', 'm0plus-Os': 'Cortex-M0+ -Os', 'm33-O2': 'Cortex-M33 -O2',
  'rv32-O2': 'RV32IMAC -O2',
};

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const isNumber = (cell) => /^[\d.]+( \([^)]*\))?$/.test(cell);
  const marks = head.map((_, i) => (rows.length > 0 && isNumber(rows[0][i]) ? '--:' : '---'));
  return [line(head), `|${marks.join('|')}|`, ...rows.map(line)].join('\n');
}

// ---- sizes

const ROOMS = {
  http: 'status line, heads, chunked framing',
  sse: 'event stream',
  sieve: 'grammar of JSON, what is kept, the cut',
  fill: 'kept text to struct; jsmn is in it',
  stream: 'joins the rooms',
  chat: 'the schema of `chat.h`, and what both schemas share',
  'chat path': '**the sum: from bytes to structs**',
  'lean path': '**the same with the schema of `lean.h`**',
  'bare path': '**the same without HTTP and event ids**',
};
const BESIDE = {
  lean: 'the schema of `lean.h`, in place of most of `chat`',
  reuse: 'decodes events like the last one by comparing',
  client: 'sends, reads, keeps deadlines',
  request: 'writes the request',
  collect: 'joins texts and arguments',
  collect_lean: 'the same for `lean.h`, beside `collect`',
  json: 'your own structs from a JSON text',
  status_text: 'status texts',
};
const RAM = {
  rill_stream: 'the state of a stream',
  bare_stream: 'the same without HTTP and event ids',
  buffer: 'the smallest',
  tokens: 'the fewest, 24',
  rill_stream_next: 'the deepest stack, from the call down',
  'in all': '**state, buffer, tokens and stack**',
  rill_chunk: 'the struct of `chat.h`: one choice, one tool call',
  rill_lean_chunk: 'the struct of `lean.h`',
  rill_reuse: 'for each stream that remembers its last event; its memory beside it',
  rill_client: 'in place of `rill_stream`, which it holds',
  rill_client_next: 'the deepest stack, without that of the port',
  rill_collector: 'for each text that is joined',
  rill_request: 'while the request is sent',
};

const byCore = (numbers, names) =>
  Object.entries(names).map(([name, what]) => [`\`${name}\``, what, ...Object.keys(CORES).map((core) => numbers[core][name])]);

// Each port's own code for the Cortex-M0+, without the library or device below it.
function ports(sizesText) {
  const folder = 'build/bench/ports';
  mkdirSync(folder, { recursive: true });
  const flash = (name, ...sources) => {
    const objects = sources.map((source) => {
      const object = `${folder}/${source.replaceAll('/', '_')}.o`;
      execFileSync('arm-none-eabi-gcc', ['-mcpu=cortex-m0plus', '-mthumb', '-std=c99', '-Os', '-Iinclude', '-Iport/uart',
        '-idirafter', '/usr/include', '-c', source, '-o', object]);
      return object;
    });
    const lines = execFileSync('arm-none-eabi-size', objects, { encoding: 'utf8' }).trim().split('\n').slice(1);
    return [name, lines.reduce((all, line) => all + Number(line.trim().split(/\s+/)[0]), 0)];
  };
  const modems = [...sizesText.matchAll(/^ {2}(\w+) +tables +\d+ +with engine and port +(\d+)/gm)];
  return [
    flash('`port/uart`', 'port/uart/uart.c'),
    flash('`port/uart` with `framing`', 'port/uart/uart.c', 'port/uart/framing.c'),
    flash('`port/tls` on BearSSL, without BearSSL', 'port/tls/tls_bearssl.c'),
    ...modems.map(([, dialect, bytes]) => [`\`port/modem\`, \`${dialect}\``, Number(bytes)]),
  ];
}

// ---- instructions

// The goals that stand without template reuse, which is not built yet.
const GOALS = {
  'x86-64-O2': [['goal, SIMD allowed', 8, 9, 9, 9, ''], ['goal with reuse', 2.5, 3.8, 5.5, 6.5, ''],
    ['goal with reuse, SIMD allowed', 2, 3, 3.5, 5, '']],
  'm3-O2': [['goal', 17, 18, 18, 18, ''], ['goal with reuse', 5.5, 7.5, 11, 11, '']],
  'm0plus-Os': [['goal with reuse', 15, '', '', '', '']],
};
export const WAYS = {
  rill: '512 bytes, 48 tokens',
  'rill-256': '256 bytes, 24 tokens',
  'rill-into': '512 bytes, reads into it',
  'rill-http': '512 bytes, HTTP with an event a chunk',
  'rill-lean': '512 bytes, all of `lean.h`',
  'rill-chat': '512 bytes, all of `chat.h`',
  'rill-reuse': 'reuse, 1,024 bytes of memory',
  'rill-reuse-into': 'the same, reads into 2,048 bytes of buffer',
  'rill-reuse-256': 'reuse, 512 bytes of memory; 256 bytes of buffer',
  'rill-reuse-http': 'reuse, HTTP with an event a chunk',
  'rill-lean-reuse': 'reuse, all of `lean.h`',
  'rill-chat-reuse': 'reuse, all of `chat.h`',
};

function instructionRows(counted) {
  return Object.entries(TARGETS).flatMap(([target, title]) => {
    const rows = counted.filter((one) => one.target === target).map(({ name, counts }) =>
      [title, WAYS[name], ...[...perByte(counts).values()].map((per) => per.toFixed(1))]);
    return [...rows, ...(GOALS[target] ?? []).map((goal) => [title, ...goal])];
  });
}

function providerRows(counted) {
  return counted.filter(({ name }) => ['rill', 'rill-reuse'].includes(name)).map(({ target, name, counts }) => {
    const all = perProvider(counts);
    const show = (one) => (one ? `${one.per.toFixed(1)} (${one.provider})` : '');
    return [TARGETS[target], WAYS[name], all.length, show(all[0]), show(all[Math.floor(all.length / 2)]), show(all.at(-1))];
  });
}

// ---- the document

// Each table by its name in the document.
export function tables({ sizesText, counted }) {
  const cores = measureSizes(sizesText);
  const numbers = Object.fromEntries(Object.keys(CORES).map((core) => [core, numbersOf(cores[core])]));
  const heads = Object.values(CORES);
  return new Map([
    ['flash', table(['flash', 'what it is', ...heads], byCore(numbers, ROOMS))],
    ['beside', table(['beside it', 'what it is', ...heads], byCore(numbers, BESIDE))],
    ['ports', table(['port', 'flash'], ports(sizesText))],
    ['RAM', table(['RAM', 'what it is', ...heads], byCore(numbers, RAM))],
    ['instructions', table(['target', 'way', ...groups], instructionRows(counted))],
    ['providers', table(['target', 'way', 'providers', 'best', 'median', 'worst'], providerRows(counted))],
  ]);
}

function place(text, name) {
  const from = text.indexOf('-->\n', text.indexOf(`<!-- ${name}:`)) + 4;
  const to = text.indexOf(`<!-- end of ${name} -->`);
  if (!text.includes(`<!-- ${name}:`) || to < from) throw new Error(`${file} has no section ${name}`);
  return [from, to];
}

export function write(all) {
  let text = readFileSync(file, 'utf8');
  for (const [name, content] of all) {
    const [from, to] = place(text, name);
    text = `${text.slice(0, from)}\n${content}\n\n${text.slice(to)}`;
  }
  writeFileSync(file, text);
}

const NEAR = 0.03;
const GROUPS_OF_PEERS = 4; // those of the corpus
const NUMBER = /\d+(?:\.\d+)?/g;
const namesOf = (line) => line.replace(/\|[^|]*\d[^|]*(?=\|)/g, '|#'); // without the cells that hold numbers

const isNear = (told, now) =>
  told.length === now.length && told.every((number, i) => Math.abs(number - now[i]) <= now[i] * NEAR);

// make bench writes the tables of the peers: whether rill's own numbers in them are those of now.
export function comparePeers(counted) {
  const text = readFileSync(file, 'utf8');
  const stale = [];
  for (const { target, name, counts } of counted) {
    const row = target === 'x86-64-O2' ? `| **rill, ${WAYS[name]}** | ` : `| ${TARGETS[target]} | rill, ${WAYS[name]} | `;
    const line = text.split('\n').find((one) => one.startsWith(row));
    const now = [...perByte(counts).values()].slice(0, GROUPS_OF_PEERS);
    if (line && !isNear(line.slice(row.length).split(' | ').slice(0, GROUPS_OF_PEERS).map(Number.parseFloat), now))
      stale.push(`"${line}"`);
  }
  return stale;
}

// What is not as it is now: the cells of numbers within 3 %, all else to the letter.
export function compare(all) {
  const text = readFileSync(file, 'utf8');
  const stale = [];
  for (const [name, content] of all) {
    const [from, to] = place(text, name);
    const told = text.slice(from, to).trim().split('\n');
    const now = content.split('\n');
    if (told.length !== now.length) stale.push(`${name} has ${told.length} lines, not ${now.length}`);
    else
      now.forEach((line, i) => {
        const [a, b] = [told[i].match(NUMBER) ?? [], line.match(NUMBER) ?? []].map((list) => list.map(Number));
        if (!isNear(a, b) || namesOf(told[i]) !== namesOf(line)) stale.push(`${name}: "${line}" instead of "${told[i]}"`);
      });
  }
  return stale;
}
