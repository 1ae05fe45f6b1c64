// Proves the core with Frama-C: EVA over each room's harness, WP over the automata; prints what was analysed, what was proved.
// Fails when something is open that open.txt does not name, and when open.txt names something that is not open.
//
//   node test/proof/run.mjs [eva:NAME|wp:NAME|wp:NAME:FUNCTION|every:NAME]...     some alone; MACHINE=gcc_x86_32 on one machine
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { EVA, EVERY, MACHINES, WP } from './rooms.mjs';

const BUILD = 'build/proof';
const LIMIT = 3600; // seconds for one room
const AT_ONCE = 2; // rooms

const files = (patterns) =>
  patterns.flatMap((pattern) => {
    const wanted = new RegExp(`^${pattern.replace('*', '.*')}\\.c$`);
    return readdirSync('src').filter((file) => wanted.test(file)).map((file) => `src/${file}`);
  });

// Code that is to be small: bytes one by one.
const CPP = `-Iinclude -Itest/proof -D__OPTIMIZE_SIZE__ -idirafter ${process.env.JSMN_DIR ?? '/usr/include'}`;
const EVA_CPP = `${CPP} -include test/proof/eva.h`;
const WP_CPP = `${CPP} -include test/proof/wp.h`;

// Runs Frama-C; gives its output, the properties it was to prove, and the seconds that the processor worked.
async function frama(name, machine, cpp, options) {
  const report = `${BUILD}/${name}.csv`;
  rmSync(report, { force: true });
  const run = await new Promise((done) => execFile('sh', ['-c', 'frama-c "$@"; status=$?; times; exit $status', 'sh', '-machdep', machine,
    `-cpp-extra-args=${cpp}`, ...options, '-then', '-report-csv', report],
    { encoding: 'utf8', timeout: LIMIT * 1000, maxBuffer: 1 << 30 },
    (error, stdout, stderr) => done({ error, stdout, stderr })));
  const text = run.stdout + run.stderr;
  writeFileSync(`${BUILD}/${name}.log`, text);
  if (run.error) throw new Error(`${name}: frama-c ${run.error.killed ? 'took too long' : `exits with ${run.error.code}`}; see ${BUILD}/${name}.log`);
  const properties = readFileSync(report, 'utf8').trim().split('\n').slice(1).map((line) => {
    const [folder, , , where, kind, status, property] = line.split('\t');
    return { folder, where, kind, status, property };
  }).filter(({ folder }) => !/FRAMAC_SHARE|share\/frama-c/.test(folder)); // of the C library's functions each call counts
  const [, minutes, seconds] = /(\d+)m([\d.]+)s [\d.ms]+\s*$/.exec(run.stdout);
  return { text, properties, seconds: Math.round(60 * minutes + Number(seconds)) };
}

const met = new Set(); // functions that an analysis arrived at the end of

// Functions of src/ that no harness arrives at. Definitions begin at the line's beginning, and bodies with a { of their own.
function neverMet() {
  const defined = readdirSync('src').filter((file) => file.endsWith('.c')).flatMap((file) =>
    [...readFileSync(`src/${file}`, 'utf8').matchAll(/^[a-z][\w *]*?(\w+)\([^;{}]*\)\n\{/gm)].map(([, name]) => name));
  return [...new Set(defined)].filter((name) => !met.has(name));
}

const PROVED = new Set(['Valid', 'Considered valid', 'Partially proven', 'Dead', 'Valid but dead']);
const openOf = (tool, room, properties) => [
  ...new Set(properties.filter(({ status }) => !PROVED.has(status))
    .map(({ where, kind, property }) => `${tool} ${room} ${where}: ${kind}: ${property}`)),
];

async function eva(room, machine) {
  const { sources, options, window } = EVA[room];
  const { text, properties, seconds } = await frama(`eva-${room}-${machine}`, machine, `${EVA_CPP} -DWINDOW=${window ?? 0}`,
    ['-eva', '-eva-ilevel', '256', ...options.split(' '), `test/proof/${room}.c`, 'test/proof/libc.c', ...files(sources)]);
  for (const [, name] of text.matchAll(/Values at end of function (\w+)/g)) met.add(name);
  const reached = /(\d+) functions analyzed[\s\S]*?(\d+) statements reached \(out of (\d+)\)/.exec(text);
  const open = openOf('eva', room, properties.filter(({ kind }) => kind !== 'postcondition')); // those are WP's
  if (/NON TERMINATING FUNCTION/.test(text)) open.push(`eva ${room}: the analysis does not arrive at the end`);
  console.log(`eva ${room} (${machine}): ${reached[1]} functions, ${reached[2]} of ${reached[3]} statements reached, ` +
    `${open.length} alarms, ${seconds} s`);
  return open;
}

async function wp(room, machine, only) {
  const { sources, inlined, skipped, axioms, timeout } = WP[room];
  const { text, properties, seconds } = await frama(`wp-${room}-${machine}`, machine, WP_CPP, [...files(sources),
    '-inline-calls', inlined, '-remove-inlined', inlined, '-wp', '-wp-rte', '-wp-model', 'Typed+Cast', '-wp-prover', 'z3,cvc4',
    '-wp-par', '1', '-wp-timeout', timeout ?? '30', ...(only ? ['-wp-fct', only] : skipped ? ['-wp-skip-fct', skipped] : [])]);
  const [, proved, goals] = /Proved goals:\s+(\d+) \/ (\d+)/.exec(text);
  const count = new Set(text.match(/annotating function \w+/g)).size;
  const open = openOf('wp', room, only ? properties.filter(({ where }) => where === only) : properties);
  if (axioms) open.push(...openAxioms(axioms));
  console.log(`wp ${room} (${machine}): ${count} functions, ${proved} of ${goals} goals proved, ${seconds} s`);
  return open;
}

// What WP takes for granted and z3 is to prove: one answer for each axiom, `unsat`.
function openAxioms(name) {
  const answers = execFileSync('z3', [`test/proof/${name}.smt2`], { encoding: 'utf8' }).trim().split('\n');
  return answers.flatMap((answer, at) => (at % 2 === 1 && answer !== 'unsat' ? [`wp ${name}: axiom: ${answers[at - 1]}`] : []));
}

// Runs what takes every argument or state there is, under sanitizers; they end it at the first bad access.
function exhaust(room) {
  const { builds, sources } = EVERY[room];
  return builds.flatMap((build) => {
    const program = `${BUILD}/${room}`;
    execFileSync('gcc', ['-std=c99', '-O1', build, '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-Iinclude',
      `test/proof/${room}.c`, ...files(sources), '-o', program]);
    const run = spawnSync(program, { encoding: 'utf8', timeout: LIMIT * 1000 });
    const line = (run.stdout + run.stderr).trim().split('\n')[0];
    console.log(`every ${room}: ${line}`);
    return run.status === 0 ? [] : [`every ${room}: ${line}`];
  });
}

// open.txt: a property that is not proved, and below it, indented, why.
function listed() {
  const reasons = new Map();
  let last;
  for (const line of readFileSync('test/proof/open.txt', 'utf8').split('\n')) {
    if (/^(#|$)/.test(line)) continue;
    if (/^\s/.test(line)) reasons.set(last, (reasons.get(last) + ' ' + line.trim()).trim());
    else reasons.set((last = line), '');
  }
  return reasons;
}

execFileSync('why3', ['config', 'detect'], { stdio: 'ignore' });
mkdirSync(BUILD, { recursive: true });
const machines = process.env.MACHINE ? [process.env.MACHINE] : MACHINES;
const all = [...Object.keys(EVA).map((room) => `eva:${room}`), ...Object.keys(WP).map((room) => `wp:${room}`),
  ...Object.keys(EVERY).map((room) => `every:${room}`)];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
const found = new Set();
let failed = 0;
const analyses = wanted.flatMap((name) => {
  const [tool, room, only] = name.split(':');
  return (tool === 'every' ? machines.slice(0, 1) : machines).map((machine) => async () => {
    try {
      for (const open of await { eva, wp, every: exhaust }[tool](room, machine, only)) found.add(open);
    } catch (error) {
      console.log(error.message);
      failed++;
    }
  });
});
const count = analyses.length;
const work = async () => {
  while (analyses.length > 0) await analyses.shift()();
};
await Promise.all(Array.from({ length: AT_ONCE }, work));
const reasons = listed();
const here = (line) => wanted.some((name) => line.startsWith(name.replace(':', ' ') + ' '));
for (const open of found)
  if (!reasons.has(open)) console.log(`not proved, and not in test/proof/open.txt: ${open}`), failed++;
for (const [line, reason] of reasons) {
  if (reason === '') console.log(`no reason in test/proof/open.txt: ${line}`), failed++;
  if (here(line) && !found.has(line) && failed === 0) console.log(`in test/proof/open.txt, but proved: ${line}`), failed++;
}
if (wanted === all) console.log(`functions of src/ that EVA does not arrive at: ${neverMet().join(' ') || 'none'}`);
console.log(`open: ${found.size} properties`);
console.log(`${count} analyses, ${failed} failures`);
process.exit(failed === 0 ? 0 : 1);
