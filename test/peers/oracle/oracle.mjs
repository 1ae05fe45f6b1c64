// rill against the decoder of the openai npm package, over a corpus of recorded answers: node test/peers/oracle/oracle.mjs
//
//   1. Every answer in OpenAI's shape must give the same values, member by member.
//   2. Every file must give the same lines in little memory as in much.
//   3. The exit status must be right: 0 done or eof, 1 truncated or bad events, 3 the server reported an error.
//
// Environment: RILL, the program (build/rill). RILL_CORPUS, the folder of the corpus. ONLY, a part of the names of the files
// to take. LINES, how much to print about one file. RILL_STRIDE=N: of the sizes one of N, with the next file others.
import { existsSync } from 'node:fs';
import { compare, newFindings } from './compare.mjs';
import * as corpus from './corpus.mjs';
import { differences } from './differences.mjs';
import { Census, Expectation, wellFormed } from './expect.mjs';
import { install } from './install.mjs';
import { merge } from './merge.mjs';
import { mergeCases } from './merge_cases.mjs';
import { decode, pool, program } from './rill.mjs';
import * as sdk from './sdk.mjs';
import { newTally } from './tally.mjs';

const MUCH = { buffer: 1048576, tokens: 65535 };
const LITTLE = [
  { buffer: 256, tokens: 24 },
  { buffer: 256, tokens: 256 },
  { buffer: 512, tokens: 48 },
  { buffer: 1024, tokens: 24 },
  { buffer: 2048, tokens: 128 },
  { buffer: 4096, tokens: 512 },
  { buffer: 256, tokens: 24, feed: 1 },
  { buffer: 512, tokens: 48, reuse: 1024 },
  { buffer: 4096, tokens: 512, reuse: 2048, feed: 100 },
];
const stride = Number(process.env.RILL_STRIDE ?? 1);
const LINES = Number(process.env.LINES ?? 20); // of the report on one check; the rest is counted

if (!existsSync(corpus.root)) {
  console.log(`skipped: oracle test, since there is no corpus at ${corpus.root} (RILL_CORPUS)`);
  process.exit(0);
}
if (!existsSync(program)) {
  console.log(`there is no ${program}: run make first, or set RILL`);
  process.exit(2);
}

const started = Date.now();
const tally = newTally(LINES);
const { check } = tally;

const exitOf = (lines) => {
  if (lines.some(({ kind }) => kind === 'error')) return 3;
  return lines.some(({ kind, reason }) => kind === 'bad' || (kind === 'end' && reason === 'truncated')) ? 1 : 0;
};

const exitComplaints = ({ exit, lines }) =>
  exit === exitOf(lines) ? [] : [`exit status: ${exit}, but the lines say ${exitOf(lines)}`];

function compareLines(rill, oracle, found) {
  for (let i = 0; i < Math.max(rill.length, oracle.length); i++) compare(rill[i], oracle[i], `item ${i}:`, found);
  return found.differences.map((at) => `${at.path.replace(':.', ': ')}  rill: ${at.rill}  oracle: ${at.oracle}`);
}

for (const { name, parts, lines, faults = 0 } of mergeCases) {
  const merged = merge(parts);
  const same = JSON.stringify(merged.lines) === JSON.stringify(lines) && merged.faults.length === faults;
  check(`merge: ${name}`, same ? [] : [JSON.stringify(merged)]);
}

// ---- 1. values

const wanted = ({ name }) => name.includes(process.env.ONLY ?? '');
const applied = new Map(differences.map((difference) => [difference, 0]));
const census = new Census();
const inMuch = new Map(); // file: what it gave in much memory
let events = 0;
let members = 0;

function linesOf(decoded, census) {
  const expectation = new Expectation(census, decoded.body);
  const lines = decoded.events.flatMap((event) => expectation.event(event, decoded.status));
  // A proxy's page instead of an error body: the status is all there is to tell.
  if (decoded.status >= 400 && !lines.some(({ kind }) => kind === 'error'))
    lines.push({ kind: 'error', status: decoded.status });
  events += decoded.events.length;
  let end = decoded.end === 'done' ? 'done' : 'eof';
  if (decoded.end === 'cut') end = 'truncated';
  else if (decoded.end === 'end' && decoded.body === 'sse' && !expectation.finished) end = 'truncated';
  else if (lines.some(({ kind }) => kind === 'bad') && decoded.body === 'json') end = 'truncated';
  return [...lines, { kind: 'end', reason: end }];
}

const eachText = (value, change) => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element) => eachText(element, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, eachText(member, change)]));
};

// Where a text broke is rill's own to say: the offset must only lie in the file.
function withoutOffsets(lines, size, complaints) {
  return lines.map(({ offset, ...line }) => {
    if (line.kind === 'bad' && !(Number.isInteger(offset) && offset >= 0 && offset <= size))
      complaints.push(`offset of a bad event: ${offset}, in a file of ${size} bytes`);
    return line;
  });
}

// The error that the package throws must be the first that rill reports.
function thrownComplaints(thrown, lines, apply) {
  if (!thrown) return [];
  const found = newFindings();
  const line = lines.find(({ kind }) => kind === 'error') ?? {};
  const told = apply('thrown', typeof thrown.error === 'string' ? { message: thrown.error } : thrown.error ?? {});
  for (const name of ['message', 'type', 'param', 'code'])
    if (told[name] !== undefined) compare(line[name], told[name], `thrown error: ${name}`, found);
  if (thrown.status) compare(line.status, thrown.status, 'thrown error: status', found);
  members += found.count;
  return found.differences.map(({ path, rill, oracle }) => `${path}  rill: ${rill}  oracle: ${oracle}`);
}

const OTHER_FORMAT = /^sister\//;

async function compareValues({ name, body }, census) {
  const bytes = corpus.read(name);
  const asked = body === 'http' ? (/stream/.test(name) && !/nonstream/.test(name) ? 'sse' : 'json') : body;
  let decoded = body === 'http' ? await sdk.decodeCapture(bytes, asked) : await sdk.decodeBody(bytes, asked);
  const own = differences.filter(({ files }) => files.test(name));
  const apply = (hook, value) =>
    own.filter((difference) => difference[hook]).reduce((old, difference) => {
      const changed = difference[hook](old, decoded);
      if (JSON.stringify(changed) === JSON.stringify(old)) return old;
      applied.set(difference, applied.get(difference) + 1);
      return changed;
    }, value);
  decoded = apply('events', decoded);
  const expected = eachText(apply('lines', linesOf(decoded, census)), wellFormed);
  const run = await decode(name, MUCH);
  const merged = merge(run.lines);
  inMuch.set(name, merged.lines);
  const found = newFindings();
  const offsets = [];
  const complaints = compareLines(withoutOffsets(merged.lines, bytes.length, offsets), expected, found);
  members += found.count;
  const thrown = thrownComplaints(decoded.thrown, merged.lines, apply);
  const answers = OTHER_FORMAT.test(name) ? merged.lines.filter(({ kind }) => /^(chat|text)\./.test(kind)) : [];
  const none = answers.map((line) => `is in another format, but gives ${JSON.stringify(line).slice(0, 160)}`);
  check(`values of ${name}`, [
    ...[...run.faults, ...merged.faults, ...none, ...complaints, ...offsets, ...thrown],
    ...exitComplaints(run),
  ]);
}

const loaded = await install();
sdk.use(loaded);
console.log(`oracle: openai ${loaded.version} on node ${process.versions.node}`);
const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
const answers = corpus.answers().filter(wanted);
await pool(answers, (file) => compareValues(file, census));
console.log(`values: ${answers.length} files, ${events} events, ${members} members compared (${seconds()})`);
const others = corpus.others().filter(wanted);
await pool(others, (file) => compareValues(file, new Census()));
console.log(`other formats: ${others.length} files (${seconds()})`);

// ---- 2. sizes

let sized = 0;
async function compareSizes({ name }, number) {
  for (const memory of LITTLE.filter((_, size) => (size + number) % stride === 0)) {
    sized++;
    const run = await decode(name, memory);
    const merged = merge(run.lines);
    const found = newFindings();
    const differing = compareLines(merged.lines, inMuch.get(name), found);
    const complaints = differing.map((text) => text.replace('oracle:', 'in much memory:'));
    const label = Object.entries(memory).map(([key, value]) => `--${key} ${value}`).join(' ');
    check(`${name} with ${label}`, [...run.faults, ...merged.faults, ...complaints, ...exitComplaints(run)]);
  }
}

const all = [...answers, ...others];
await pool(all, compareSizes);
console.log(`sizes: ${all.length} files, ${sized} times at one of ${LITTLE.length} sizes (${seconds()})`);

// ---- 3. the tables themselves

if (!process.env.ONLY) {
  const missing = [...corpus.kinds().keys()].filter((name) => !answers.some((answer) => answer.name === name));
  check('every file of the index is there', missing);
  const stale = differences.filter((difference) => applied.get(difference) === 0).map(({ name }) => name);
  check('every listed difference is still one', stale);
  check('every skipped member was seen', census.stale());
}
const unknown = [...census.unknown].sort().map(([path, count]) => `${path} (${count} times)`);
check('every member is compared or listed as skipped', unknown);
for (const [difference, count] of applied) console.log(`differs by design in ${count} files: ${difference.name}`);
tally.close();
