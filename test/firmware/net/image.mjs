// Runs the images with a network, for the tests that use one, and says what they cost.
import { existsSync } from 'node:fs';

import { check, run, valueOf } from '../qemu.mjs';
import { lines } from '../sizes.mjs';
import { host, stopAll } from './servers.mjs';

const path = (name) => `build/firmware/net/${name}.elf`;
export const SKIPPED = 77;

// Without the image there is nothing to test: test/sources.sh has told why, when the images were built.
export function needs(name) {
  if (existsSync(path(name))) return;
  console.log(`skipped: ${path(name)} is not there: lwIP or BearSSL as source could not be had`);
  process.exit(SKIPPED);
}

// The board reaches the one server on that port of 127.0.0.1, as 10.0.2.100, and nothing else.
export const onlyTo = (port) => [
  '-nic',
  `user,model=lan9118,restrict=on,guestfwd=tcp:10.0.2.100:80-cmd:socat - TCP4:127.0.0.1:${port}`,
];
export const address = '10.0.2.100';

// `to`: {address, port}; the image asks there for `path`.
export const ask = (name, to, path_, { options = [], message = 'hello', time = '-', seconds = 60 } = {}) =>
  run('an385', path(name), {
    options,
    words: [time, to.address ?? address, String(to.port ?? 80), to.host ?? host, path_, message],
    seconds,
  });

export const value = (result, name) => valueOf(result, name) ?? Number.NaN;

// The answer came whole, with that text, and nothing was lost on the way.
export function checkText(name, result, { text, hash }) {
  const got = `status ${result.code}\n${result.out}`;
  check(`${name}: came whole`, result.code === 0 && value(result, 'http') === 200, got);
  check(`${name}: text`, value(result, 'text') === text.length && value(result, 'hash') === hash(text), got);
}

// What an image costs; `body` is the length of the body that the counted run has read.
export function tellCosts(name, counted, body, below = 'the network') {
  console.log(lines(path(name)).join('\n'));
  const perByte = (what) => (value(counted, what) / body).toFixed(2);
  console.log(
    `${name}: ${value(counted, 'stack')} bytes of stack; instructions per byte of body: ` +
      `${perByte('instructions of rill')} of rill alone, ${perByte('instructions in all')} with ${below}`,
  );
}

// Runs the test and ends the servers, whatever happens.
export async function withServers(startAll, test) {
  try {
    await startAll();
    await test();
  } finally {
    stopAll();
  }
}
