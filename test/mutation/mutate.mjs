// Tries changes of source files: `mutate.mjs SHARE SEED FILES`, one of SHARE of the changes of each file. See mutation.mk.
//
// A change is first looked at in a hurry, since most are noticed at once: the suites leave out most places to cut
// (RILL_STRIDE). One that no suite notices so is looked at with sanitizers, and at last, if it is not known to be equivalent,
// by the slow suites at more places, and with sanitizers; not so with HASTE=1. At all places make check may notice more.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { changesOf } from './changes.mjs';

const folder = 'build/mutation';
const [share, seed, ...files] = process.argv.slice(2);
const { CC, CORE, LIBRARIES } = process.env;
const words = (text) => text.split(' ').filter((word) => word !== '');
const quick = { name: 'quick', flags: words(process.env.FLAGS_quick) };
const thorough = { name: 'thorough', flags: words(process.env.FLAGS_thorough) };
const HURRY = 100, PATIENCE = 8; // one of so many places to cut

// ---- which suites look at a file, the quickest first

const DECODING = ['sieve', 'lean', 'stream_end', 'collect', 'stream', 'json', 'answers'];
const STREAM = ['lean', 'stream_end', 'stream', 'faults', 'answers', 'reuse'];
const SUITES = [
  [/client/, ['client', 'faults']],
  [/request/, ['request']],
  [/collect/, ['collect']],
  [/json/, ['json']],
  [/status_text/, ['status']],
  [/lean/, ['lean', 'collect', 'stream']],
  [/chat/, ['collect', 'lean', 'stream', 'answers']],
  [/http/, ['http', 'stream', 'answers']],
  [/sse/, ['sse', 'stream_end', 'stream', 'answers']],
  [/reuse/, ['reuse']],
  [/stream/, STREAM],
  [/sieve|fill/, [...DECODING, 'reuse']],
  [/words/, ['sse', 'http', ...DECODING, 'reuse']],
];
const SLOW = ['answers', 'collect', 'faults', 'reuse']; // those that know places to cut
const built = readdirSync('test/unit').map((name) => name.replace('_test.c', ''));
function suitesOf(file) {
  const [, suites] = SUITES.find(([pattern]) => pattern.test(basename(file)));
  return suites.filter((suite) => built.includes(suite));
}
const isSlow = (suite) => SLOW.includes(suite);

// ---- programs

function run(command, parameters, options, look = () => false) {
  return new Promise((done) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const listen = (text) => look(text) && child.kill('SIGKILL');
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('close', (code) => done(code === 0));
  });
}

// ---- building one; each worker has a folder

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

class Worker {
  constructor(number) {
    this.folder = `${folder}/mutant/${number}`;
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync('src')) symlinkSync(resolve('src', name), `${this.folder}/${name}`);
  }

  compile(flags, name, object) {
    return run(CC, [...words(CORE), ...flags, '-c', `${this.folder}/${name}`, '-o', object]);
  }

  // As the compiler makes it, without what names places in the text.
  async codeOf(names) {
    const codes = [];
    for (const { flags } of [quick, thorough]) {
      const plain = flags.filter((flag) => !/^-(g|fsan|fno-san)/.test(flag)).map((flag) => (flag === '-O1' ? '-O2' : flag));
      for (const name of names) {
        await this.compile(plain, name, `${this.folder}/code.o`);
        codes.push(readFileSync(`${this.folder}/code.o`, 'base64'));
      }
    }
    return codes.join(' ');
  }

  async link(build, suite, objects) {
    const where = `${folder}/${build.name}`;
    const shared = readdirSync(`${where}/test`).filter((name) => name.endsWith('.o')).map((name) => `${where}/test/${name}`);
    const logs = readdirSync(`${where}/test/logs`).map((name) => `${where}/test/logs/${name}`);
    const program = `${this.folder}/mutant_test`;
    const linked = await run(CC, [...build.flags, ...objects, `${where}/test/unit/${suite}_test.o`, ...shared, ...logs,
      `${where}/libport.a`, `${where}/librill.a`, ...words(LIBRARIES), '-o', program]);
    if (!linked) throw new Error(`${suite}_test does not link`);
    return program;
  }

  async isNoticed(build, suites, stride, names) {
    const objects = names.map((name) => `${this.folder}/${build.name}_${name}.o`);
    for (const suite of suites)
      if (await fails(await this.link(build, suite, objects), stride, limits.get(limitKey(build, suite, stride)))) return true;
    return false;
  }

  async compileAll(build, names) {
    for (const name of names)
      if (!(await this.compile(build.flags, name, `${this.folder}/${build.name}_${name}.o`))) return false;
    return true;
  }

  async look(file, names, isKnown) {
    const suites = suitesOf(file);
    if (!(await this.compileAll(quick, names))) return 'broken';
    if (await this.isNoticed(quick, suites, HURRY, names)) return 'noticed';
    if (!(await this.compileAll(thorough, names))) return 'broken';
    if (await this.isNoticed(thorough, suites.filter((suite) => !isSlow(suite)), HURRY, names)) return 'noticed';
    const slow = isKnown || process.env.HASTE ? [] : suites.filter(isSlow);
    if (await this.isNoticed(quick, slow, PATIENCE, names)) return 'noticed';
    if (await this.isNoticed(thorough, slow, HURRY, names)) return 'noticed';
    return 'unnoticed';
  }

  async verdictOf(file, change, isKnown) {
    const names = compiledWith(file);
    const place = `${this.folder}/${basename(file)}`;
    const put = (text) => {
      rmSync(place);
      writeFileSync(place, text);
    };
    put(change.mutant);
    let verdict = await this.look(file, names, isKnown);
    if (verdict === 'unnoticed') {
      const changed = await this.codeOf(names);
      put(readFileSync(file));
      if ((await this.codeOf(names)) === changed) verdict = 'same';
    }
    rmSync(place);
    symlinkSync(resolve(file), place);
    return verdict;
  }
}

// ---- running one

// Whether a suite fails, or does not come to an end: it is ended at its first failure.
function fails(program, stride, limit) {
  const environment = { ...process.env, RILL_CORPUS: '/dev/null', RILL_STRIDE: String(stride),
    ASAN_OPTIONS: 'hard_rss_limit_mb=2000:detect_leaks=0' };
  const command = `ulimit -t ${limit}; exec timeout -s KILL ${4 * limit} ${program}`;
  return run('sh', ['-c', command], { env: environment }, (text) => /\[ {2}FAILED|ERROR|expected:|without it/.test(text))
    .then((passed) => !passed);
}

// How long each suite takes without a change, as a limit in seconds.
const limits = new Map();
const limitKey = (build, suite, stride) => `${build.name} ${suite} ${stride}`;
async function setLimits(suites) {
  for (const [build, stride] of [[quick, HURRY], [thorough, HURRY], [quick, PATIENCE]])
    for (const suite of suites) {
      if (!isSlow(suite) && stride === PATIENCE) continue;
      const before = process.hrtime.bigint();
      if (await fails(`${folder}/${build.name}/test/${suite}_test`, stride, 1200))
        throw new Error(`${suite}_test fails without any change`);
      limits.set(limitKey(build, suite, stride), 1 + 4 * Math.ceil(Number(process.hrtime.bigint() - before) / 1e9));
    }
}

// ---- equivalent.txt: changes that change nothing, and behind them, indented, why

function readEquivalent() {
  const found = new Set();
  for (const line of readFileSync('test/mutation/equivalent.txt', 'utf8').split('\n')) if (line.startsWith('src/')) found.add(line);
  return found;
}

// ---- all of them

const told = (file, { name, before, after }) => `${file} ${name}: ${before} => ${after}`;
const again = process.env.AGAIN ? new Set(readFileSync(process.env.AGAIN, 'utf8').split('\n')) : null;
const isChosen = (text, number) =>
  createHash('sha256').update(`${seed} ${number} ${text}`).digest().readUInt32BE() % Number(share) === 0;

rmSync(`${folder}/mutant`, { recursive: true, force: true });
const equivalent = readEquivalent();
const workers = Array.from({ length: availableParallelism() }, (_, number) => new Worker(number));
await setLimits([...new Set(files.flatMap(suitesOf))]);
const survivors = [];
const sums = { noticed: 0, unnoticed: 0, equivalent: 0 };
let wrong = 0;
const percent = (some, all) => (all === 0 ? '-' : `${((100 * some) / all).toFixed(1)} %`);
for (const file of files) {
  const counts = { noticed: 0, unnoticed: 0, equivalent: 0, same: 0, broken: 0 };
  const seen = new Map();
  const known = new Set();
  const chosen = [];
  for (const change of changesOf(readFileSync(file, 'utf8'))) {
    const same = told(file, change), number = (seen.get(same) ?? 0) + 1;
    const text = number === 1 ? same : `${same} (${number})`; // of several that read alike
    seen.set(same, number);
    known.add(text);
    if (again ? again.has(text) : isChosen(same, number)) chosen.push({ change, text });
  }
  const work = async (worker) => {
    for (let next; (next = chosen.shift()) !== undefined;) {
      const { change, text } = next;
      const isKnown = equivalent.has(text);
      const verdict = await worker.verdictOf(file, change, isKnown);
      counts[verdict === 'unnoticed' && isKnown ? 'equivalent' : verdict]++;
      if (verdict === 'unnoticed' && !isKnown) {
        survivors.push(text);
        console.log(`unnoticed: ${text}`);
      }
      if (verdict === 'noticed' && isKnown) {
        wrong++;
        console.log(`in equivalent.txt, but noticed: ${text}`);
      }
    }
  };
  await Promise.all(workers.map(work));
  for (const text of equivalent) {
    if (!text.startsWith(`${file} `) || known.has(text)) continue;
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
