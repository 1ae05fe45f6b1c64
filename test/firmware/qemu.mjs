// Runs firmware images in the emulator, for the tests beside this file.
import { spawn } from 'node:child_process';

export const boards = ['an385', 'an385-m0plus', 'an505', 'lm3s', 'microbit', 'virt'];

// Starts build/firmware/BOARD/PROGRAM.elf. `options` are QEMU's own, `words` those of the image. `done` gives its exit
// status and what it wrote; the emulator ends by itself after `seconds`.
export function start(board, program, { options = [], words = [], seconds = 60 } = {}) {
  const image = program.endsWith('.elf') ? program : `build/firmware/${board}/${program}.elf`;
  const child = spawn('test/firmware/qemu.sh', [board.replace(/-.*/, ''), image, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ARGUMENTS: words.join(' '), SECONDS_MAX: String(seconds) },
  });
  const result = { code: null, out: '' };
  const add = (data) => (result.out += data);
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  child.stdout.on('data', add); // semihosting writes to either
  child.stderr.on('data', add);
  const done = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...result, code }));
  });
  return { child, done };
}

export const run = (...all) => start(...all).done;

// The value of a line "name: number" that the image wrote.
export const valueOf = (result, name) => {
  const found = new RegExp(`^${name}: (\\d+)$`, 'm').exec(result.out);
  return found ? Number(found[1]) : undefined;
};

// Exact instruction counts; see board_instructions().
export const counted = ['-icount', 'shift=10,sleep=off'];

let passed = 0;
let failed = 0;

export function check(name, good, detail = '') {
  if (good) passed++;
  else failed++;
  if (!good) console.log(`FAILED ${name}${detail && `: ${detail}`}`);
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}
