// Tries changes of source files: `mutate.mjs SHARE SEED FILES`, one of SHARE of the changes of each file. See mutation.mk.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { changesOf } from './changes.mjs';

const folder = 'build/mutation';
const [share, seed, ...files] = process.argv.slice(2);
const { CC, CORE, LIBRARIES } = process.env;
const words = (text) => text.split(' ').filter((word) => word !== '');
const builds = [
  { name: 'quick', flags: words(process.env.FLAGS_quick) },
  { name: 'thorough', flags: words(process.env.FLAGS_thorough) },
];

// ---- which suites look at a file, the quickest first

const DECODING = ['sieve', 'json', 'stream', 'stream_end', 'answers', 'lean', 'collect'];
const STREAM = ['stream', 'stream_end', 'answers', 'lean', 'faults', 'reuse'];
const SUITES = [
  [/client/, ['client', 'faults']],
  [/request/, ['request']],
  [/collect/, ['collect']],
  [/json/, ['json']],
  [/status_text/, ['status']],
  [/lean/, ['lean', 'collect']],
  [/chat/, ['answers', 'collect', 'lean']],
  [/http/, ['http', 'stream', 'answers']],
  [/sse/, ['sse', 'stream', 'stream_end', 'answers']],
  [/reuse/, ['reuse']],
  [/stream/, STREAM],
  [/sieve|fill/, [...DECODING, 'reuse']],
  [/words/, [...DECODING, 'sse', 'http', 'reuse']],
];
const SLOW = ['reuse']; // without sanitizers only
const built = readdirSync('test/unit').map((name) => name.replace('_test.c', ''));
function suitesOf(file, build) {
  const [, suites] = SUITES.find(([pattern]) => pattern.test(basename(file)));
  return suites.filter((suite) => built.includes(suite) && (build.name === 'quick' || !SLOW.includes(suite)));
}

// ---- building one

function prepare() {
  rmSync(`${folder}/mutant`, { recursive: true, force: true });
  mkdirSync(`${folder}/mutant`, { recursive: true });
  for (const name of readdirSync('src')) symlinkSync(resolve('src', name), `${folder}/mutant/${name}`);
}

// The source files that are compiled anew when this one changes.
const sources = readdirSync('src').filter((name) => name.endsWith('.c'));
function compiledWith(file) {
  if (file.endsWith('.c')) return [basename(file)];
  const takes = (name) => {
    const found = [...readFileSync(`src/${name}`, 'utf8').matchAll(/^#include "(\w+\.h)"$/gm)].map((match) => match[1]);
    return found.includes(basename(file)) || found.some(takes);
  };
  return sources.filter(takes);
}

const compile = (flags, name, object) =>
  spawnSync(CC, [...words(CORE), ...flags, '-c', `${folder}/mutant/${name}`, '-o', object], { stdio: 'ignore' }).status === 0;

// Whether it is the same program: the compiler gives the same code with and without the change.
function codeOf(names) {
  const codes = builds.map(({ flags }) => {
    const plain = flags.filter((flag) => !/^-(g|fsan|fno-san)/.test(flag)).map((flag) => (flag === '-O1' ? '-O2' : flag));
    return names.map((name) => {
      compile(plain, name, `${folder}/code.o`);
      return readFileSync(`${folder}/code.o`, 'base64');
    });
  });
  return JSON.stringify(codes);
}

// ---- running one

const CPU_SECONDS = 60;

// Whether a suite fails, or does not come to an end: it is ended at its first failure.
function fails(program, limit) {
  return new Promise((done) => {
    const command = `ulimit -t ${limit}; exec ${program}`;
    const environment = { ...process.env, RILL_CORPUS: '/dev/null', ASAN_OPTIONS: 'hard_rss_limit_mb=2000:detect_leaks=0' };
    const run = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    const timer = setTimeout(() => run.kill('SIGKILL'), 20 * limit * 1000);
    const look = (text) => /\[ {2}FAILED|ERROR/.test(text) && run.kill('SIGKILL');
    run.stdout.on('data', look);
    run.stderr.on('data', look);
    run.on('close', (code) => {
      clearTimeout(timer);
      done(code !== 0);
    });
  });
}

function link(build, suite, objects) {
  const where = `${folder}/${build.name}`;
  const shared = readdirSync(`${where}/test`).filter((name) => name.endsWith('.o')).map((name) => `${where}/test/${name}`);
  const logs = readdirSync(`${where}/test/logs`).map((name) => `${where}/test/logs/${name}`);
  const program = `${folder}/mutant_test`;
  execFileSync(CC, [...build.flags, ...objects, `${where}/test/unit/${suite}_test.o`, ...shared, ...logs,
    `${where}/libport.a`, `${where}/librill.a`, ...words(LIBRARIES), '-o', program]);
  return program;
}

// How long each suite takes without a change, as a limit in seconds.
const limits = new Map();
async function limitOf(build, suite) {
  const key = `${build.name} ${suite}`;
  if (!limits.has(key)) {
    const before = process.hrtime.bigint();
    if (await fails(`${folder}/${build.name}/test/${suite}_test`, 20 * CPU_SECONDS))
      throw new Error(`${suite}_test fails without any change`);
    limits.set(key, 5 + 4 * Math.ceil(Number(process.hrtime.bigint() - before) / 1e9));
  }
  return limits.get(key);
}

async function isNoticed(file, names) {
  for (const build of builds) {
    const objects = names.map((name) => `${folder}/mutant/${build.name}_${name}.o`);
    if (!names.every((name, at) => compile(build.flags, name, objects[at]))) return 'broken';
    for (const suite of suitesOf(file, build)) {
      const limit = await limitOf(build, suite);
      if (await fails(link(build, suite, objects), limit)) return 'noticed';
    }
  }
  return 'unnoticed';
}

async function verdictOf(file, change) {
  const names = compiledWith(file);
  const place = `${folder}/mutant/${basename(file)}`;
  const put = (text) => {
    rmSync(place);
    writeFileSync(place, text);
  };
  put(change.mutant);
  let verdict = await isNoticed(file, names);
  if (verdict === 'unnoticed') {
    const changed = codeOf(names);
    put(readFileSync(file));
    if (codeOf(names) === changed) verdict = 'same';
  }
  rmSync(place);
  symlinkSync(resolve(file), place);
  return verdict;
}

// ---- equivalent.txt: changes that change nothing, and behind them, indented, why

function readEquivalent() {
  const found = new Set();
  for (const line of readFileSync('test/mutation/equivalent.txt', 'utf8').split('\n')) if (line.startsWith('src/')) found.add(line);
  return found;
}

// ---- all of them

const told = (file, { name, before, after }) => `${file} ${name}: ${before} => ${after}`;
const isChosen = (text, number) =>
  createHash('sha256').update(`${seed} ${number} ${text}`).digest().readUInt32BE() % Number(share) === 0;

prepare();
const equivalent = readEquivalent();
const survivors = [];
const sums = { noticed: 0, unnoticed: 0, equivalent: 0 };
let wrong = 0;
const percent = (some, all) => (all === 0 ? '-' : `${((100 * some) / all).toFixed(1)} %`);
for (const file of files) {
  const counts = { noticed: 0, unnoticed: 0, equivalent: 0, same: 0, broken: 0 };
  const seen = new Map();
  for (const change of changesOf(readFileSync(file, 'utf8'))) {
    const text = told(file, change);
    seen.set(text, (seen.get(text) ?? 0) + 1);
    if (!isChosen(text, seen.get(text))) continue;
    const verdict = await verdictOf(file, change);
    if (verdict === 'unnoticed' && equivalent.has(text)) counts.equivalent++;
    else counts[verdict]++;
    if (verdict === 'unnoticed' && !equivalent.has(text)) {
      survivors.push(text);
      console.log(`unnoticed: ${text}`);
    }
    if (verdict === 'noticed' && equivalent.has(text)) {
      wrong++;
      console.log(`in equivalent.txt, but noticed: ${text}`);
    }
  }
  for (const text of equivalent) {
    if (!text.startsWith(`${file} `) || seen.has(text)) continue;
    wrong++;
    console.log(`in equivalent.txt, but no change of this file: ${text}`);
  }
  for (const name of Object.keys(sums)) sums[name] += counts[name];
  const tried = counts.noticed + counts.unnoticed;
  if (tried + counts.equivalent > 0)
    console.log(`${file.padEnd(24)} ${counts.noticed} of ${tried} noticed (${percent(counts.noticed, tried)}), ` +
      `${counts.equivalent} equivalent, ${counts.same} the same code`);
}
writeFileSync(`${folder}/survivors.txt`, survivors.map((text) => `${text}\n`).join(''));
const tried = sums.noticed + sums.unnoticed;
console.log(`ran: ${tried} changes, ${sums.noticed} noticed (${percent(sums.noticed, tried)}); ${sums.equivalent} more are equivalent`);
console.log(`${sums.noticed + sums.equivalent} passed, ${sums.unnoticed + wrong} failed`);
process.exitCode = sums.unnoticed + wrong === 0 ? 0 : 1;
