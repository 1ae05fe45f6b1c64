// What `make size` prints, as numbers. Run as a program, it prints it and compares with the budgets.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { compare } from './budgets.mjs';

// make's own variables would make the inner make a part of the outer one's job server.
export function print() {
  const { MAKEFLAGS, MFLAGS, MAKELEVEL, ...env } = process.env;
  execFileSync('make', ['-s', 'build/size.txt'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return readFileSync('build/size.txt', 'utf8');
}

// {core: {flash: {room: bytes}, sizes: {struct: bytes}, stacks: {function: bytes}}}
export function measure(text = print()) {
  const cores = {};
  let core;
  for (const line of text.split('\n')) {
    const head = /^== (\S+)/.exec(line);
    const flash = /^ {2}(\S.*?) +text +(\d+)/.exec(line);
    const size = /^ {2}sizeof (\S+) +(\d+)/.exec(line);
    const stack = /^ *(\d+) {2}(\w+)/.exec(line);
    if (head) core = cores[head[1]] = { flash: {}, sizes: {}, stacks: {} };
    else if (flash) core.flash[flash[1]] = Number(flash[2]);
    else if (size) core.sizes[size[1]] = Number(size[2]);
    else if (stack) core.stacks[stack[2]] = Number(stack[1]);
  }
  return cores;
}

// The numbers of a core by the names that documents give them.
export function numbersOf(core) {
  const { flash, sizes, stacks } = core;
  // A room of several files has one row.
  const room = (start) =>
    Object.entries(flash).reduce((sum, [name, bytes]) => sum + (name.split('_')[0] === start ? bytes : 0), 0);
  const numbers = { ...flash, sieve: room('sieve'), stream: room('stream'), fill: room('fill'), chat: room('chat'), reuse: room('reuse') };
  for (const [name, bytes] of Object.entries(sizes)) numbers[name.replace(/_$/, '')] = bytes;
  numbers.rill_stream = sizes.rill_stream_state;
  numbers.buffer = 256;
  numbers.tokens = 24 * sizes.rill_token_;
  Object.assign(numbers, stacks);
  numbers['in all'] = numbers.rill_stream + numbers.buffer + numbers.tokens + stacks.rill_stream_next;
  return numbers;
}

// Those that have a budget.
const BUDGETED = {
  'cortex-m0plus': ['chat path', 'lean path', 'bare path', 'rill_stream', 'bare_stream', 'rill_stream_next', 'in all',
    'rill_client_next', 'rill_chunk', 'rill_lean_chunk', 'reuse', 'rill_reuse'],
  'cortex-m3': ['chat path', 'lean path', 'rill_stream_next'],
  rv32imac: ['chat path', 'lean path', 'rill_stream_next'],
};

export function budgeted(cores) {
  const found = Object.entries(BUDGETED).flatMap(([core, names]) => {
    const numbers = numbersOf(cores[core]);
    return names.map((name) => [`${core} ${name}`, numbers[name]]);
  });
  return new Map(found);
}

if (basename(process.argv[1]) === 'sizes.mjs') {
  const text = print();
  process.stdout.write(text);
  const wrong = compare(budgeted(measure(text)));
  process.exit(wrong > 0 ? 1 : 0);
}
