// What `make size` prints, as numbers.
import { execFileSync } from 'node:child_process';

// {core: {flash: {room: bytes}, sizes: {struct: bytes}, stacks: {function: bytes}}}, of `make size`.
export function measure() {
  const text = execFileSync('sh', ['test/size.sh'], { encoding: 'utf8' });
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
  const numbers = { ...flash, sieve: room('sieve'), stream: room('stream'), fill: room('fill'), chat: room('chat') };
  for (const [name, bytes] of Object.entries(sizes)) numbers[name.replace(/_$/, '')] = bytes;
  numbers.rill_stream = sizes.rill_stream_state;
  numbers.buffer = 256;
  numbers.tokens = 24 * sizes.rill_token_;
  Object.assign(numbers, stacks);
  numbers['in all'] = numbers.rill_stream + numbers.buffer + numbers.tokens + stacks.rill_stream_next;
  return numbers;
}
