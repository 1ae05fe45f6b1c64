// DOSBox as a Hayes modem that somebody else wrote: its COM1 is the line to the board, COM2 its modem, which dials TCP;
// bridge.com copies between the two. It moves 999 bytes a second, whatever its speed.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { start } from '../qemu.mjs';

const folder = resolve('build/firmware/modem/dosbox');
const LINES = 25120; // TCP ports of the lines, by slot
const CALLS = 25130; // where its modem could be called

const missing = () =>
  ['dosbox', 'nasm'].find((name) => !process.env.PATH.split(delimiter).some((path) => existsSync(join(path, name))));

// rxdelay: how long, in ms, the nullmodem holds a byte back while the one before is not taken; with 0 it drops it.
const configuration = (line, call) => `
[cpu]
cycles=5000
[serial]
serial1=nullmodem server:127.0.0.1 port:${line} transparent:1 rxdelay:5000
serial2=modem listenport:${call}
[autoexec]
mount c ${folder}
c:
bridge
`;

// Looks without connecting: QEMU takes one connection only.
const listens = (port) => {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'latin1').split('\n').some((row) => row.includes(` ${local} 00000000:0000 0A `));
};

async function through(slot, { server, openMs = 60000, stallMs = 20000 }) {
  const line = LINES + slot;
  mkdirSync(folder, { recursive: true });
  execFileSync('nasm', ['-f', 'bin', 'test/firmware/modem/bridge.asm', '-o', join(folder, 'bridge.com')]);
  const file = join(folder, `${slot}.conf`);
  writeFileSync(file, configuration(line, CALLS + slot));
  const device = `socket,id=line,host=127.0.0.1,port=${line},server=on,wait=on`;
  const options = ['-chardev', device, '-serial', 'chardev:line'];
  const words = [server.port, openMs, stallMs];
  const { done } = start('an385', 'modem/hayes', { options, words, seconds: 120 });
  let over = false;
  done.finally(() => (over = true));
  while (!over && !listens(line)) await sleep(5);
  const box = spawn('dosbox', ['-conf', file], {
    stdio: 'ignore',
    env: { ...process.env, SDL_VIDEODRIVER: 'dummy', SDL_AUDIODRIVER: 'dummy', HOME: folder },
  });
  const gone = new Promise((closed) => box.once('close', closed));
  const result = await done;
  if (server.stays) result.left = await server.wasLeft(); // by the modem, which is still there
  box.kill('SIGKILL');
  await gone;
  return result;
}

export const dosbox = { missing, through };
