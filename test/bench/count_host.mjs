// Runs contestants on the host: their values, their instructions, their time.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';

const folder = 'build/bench/counts';

export function run(command, words, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    let [out, errors] = ['', ''];
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (errors += data));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${command} ${words.join(' ')}: status ${code}\n${errors}`)));
  });
}

export const linesOf = (out) => out.split('\n').slice(0, -1);

// Of each body {checksum, sums}.
export async function values(program, file) {
  return linesOf(await run(program, [file])).map((line) => ({ checksum: line.slice(0, 16), sums: line.slice(17) }));
}

// glibc takes its memchr, memcpy, ... for plain x86-64, whatever the machine has: so that all machines count the same.
export const PLAIN = {
  LD_BIND_NOW: '1', // or else the first body pays for finding the C library's functions
  GLIBC_TUNABLES: 'glibc.cpu.hwcaps=-AVX2,-AVX512VL,-BMI2,-MOVBE,-ERMS,-FSRM,-AVX,-SSSE3,-SSE4_1,-SSE4_2',
};

// Of each body the instructions; exact, the same in every run.
export async function instructions(program, ...arguments_) {
  const own = `${folder}/${[program, ...arguments_].join('-').replaceAll('/', '_')}`;
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  const words = ['--tool=callgrind', '--collect-atstart=no', '--compress-pos=no', `--callgrind-out-file=${own}/out`];
  await run('valgrind', [...words, program, ...arguments_], PLAIN);
  const dumps = readdirSync(own).filter((name) => /^out\.\d+$/.test(name)); // one a body, counted from 1
  const counts = [];
  for (const name of dumps) {
    const dump = readFileSync(`${own}/${name}`, 'utf8');
    counts[Number(name.slice(4)) - 1] = Number(/^totals: (\d+)/m.exec(dump)[1]);
  }
  rmSync(own, { recursive: true });
  return counts;
}

// Of each body the nanoseconds of a pass.
export const times = async (program, file, passes) => linesOf(await run(program, [file, String(passes)])).map(Number);

// Calls `work` for each item, two at a time; the results in the order of the items.
export async function each(items, work) {
  const results = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all([worker(), worker()]);
  return results;
}
