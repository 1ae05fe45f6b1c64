// The conformance corpus, the golden cases and the recorded answers inside an image of each board.
//
// A program of the host lays out the jobs (conformance/jobs.c), another runs them, and so does each board. The hash of
// each job's log is compared with that of the lines that its golden or conformance case asks for, and with the host's.
//
// With RILL_STRIDE=N a board reads each recorded answer in one of N of the nine ways, and the next board in others; so it does
// with JSON texts beyond 10 KB. Instructions are not counted then.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { merge } from '../peers/oracle/merge.mjs';
import { check, counted, finish, run, valueOf } from './qemu.mjs';
import { lines as sizesOf } from './sizes.mjs';

const boards = ['an385', 'microbit', 'an505', 'virt', 'an385-m0plus'];
const blockOf = (board) => (/microbit|m0plus/.test(board) ? 512 : 8192); // as in conformance/memory.h
const counting = ['an385', 'an385-m0plus', 'an505', 'virt']; // the microbit's timers are not QEMU's instruction clock
const stride = Math.min(5, Number(process.env.RILL_STRIDE ?? 1)); // beyond 5 a small board could read some answers in no way
const top = 'build/firmware/conformance';
const setOf = (board) => `${top}/${boards.indexOf(board) % stride}`; // of jobs
const host = 'build/firmware/host/conformance';
const SECONDS = 300; // the longest that a board may take

const [GROUP, NAME, MANNER, BYTES, EXPECT_AT, EXPECT_LENGTH] = [0, 1, 2, 3, 4, 5];
const HASH = 1; // of a result
const nameOf = (job) => `${job[GROUP]}: ${job[NAME]}`;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});
const crc32 = (bytes) => ~bytes.reduce((crc, byte) => (crc >>> 8) ^ table[(crc ^ byte) & 255], 0xffffffff) >>> 0;

const rowsOf = (file, separator) =>
  readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => line.split(separator));

// ---- what each job must give

const expectedHash = new Map(); // of a place in expects.bin

function expectOf(job, all) {
  const at = Number(job[EXPECT_AT]);
  return all.subarray(at, at + Number(job[EXPECT_LENGTH]));
}

function hashOf(job, all) {
  const key = `${job[EXPECT_AT]} ${job[EXPECT_LENGTH]}`;
  if (!expectedHash.has(key)) expectedHash.set(key, String(crc32(expectOf(job, all))));
  return expectedHash.get(key);
}

const sorted = (value) =>
  value === null || typeof value !== 'object' || Array.isArray(value)
    ? Array.isArray(value) ? value.map(sorted) : value
    : Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
const itemsOf = (text) => text.split('\n').slice(0, -1).map((line) => JSON.parse(line)); // bytes as Latin-1

// The items of a log, parts merged, in a form that compares.
function merged(text) {
  const { lines, faults } = merge(itemsOf(text));
  return JSON.stringify([sorted(lines), faults]);
}

const runHost = (...words) => execFileSync(host, words.map(String), { stdio: 'ignore' });

// The logs themselves of the host's jobs [first, first + count).
function logsOf(set, block, first, count) {
  const file = `${set}/logs.txt`;
  runHost(`${set}/all`, file, block, first, count, 'lines');
  return readFileSync(file, 'latin1').split(/^== \d+\n/m).slice(1);
}

// How the host's log of each job stands to its case: 'direct', 'merged', 'untold', or what is wrong. Where memory is
// short, or an array of the struct, an event comes in parts: then these are merged and compared with the case.
function verdicts(set, jobs, block, rows) {
  const all = readFileSync(`${set}/all/expects.bin`);
  const answers = jobs.filter((job) => job[GROUP] === 'golden answers').length; // they come first
  const logs = logsOf(set, block, 0, answers);
  return jobs.map((job, number) => {
    if (job[EXPECT_AT] === '-') return 'untold';
    if (rows[number][HASH] === hashOf(job, all)) return 'direct';
    const inParts = number < answers && /"part":"first"/.test(logs[number]);
    const expect = expectOf(job, all).toString('latin1');
    if (inParts && merged(logs[number]) === merged(expect)) return 'merged';
    return 'not what the case asks for';
  });
}

// What the host gives for a board's jobs, when it reads in blocks of the same size.
const hosts = new Map();
function hostOf(board, jobs) {
  const [set, block] = [setOf(board), blockOf(board)];
  const file = `${set}/host-${block}.txt`;
  if (!hosts.has(file)) {
    runHost(`${set}/all`, file, block);
    const rows = rowsOf(file, ' ');
    hosts.set(file, { rows, verdict: verdicts(set, jobs, block, rows) });
  }
  return hosts.get(file);
}

// ---- the boards

async function results(board, name, options = []) {
  const file = `${top}/${board}-${name}.txt`;
  const started = Date.now();
  const result = await run(board, 'conformance', {
    options, words: ['conformance', `${setOf(board)}/${name}`, file, blockOf(board)], seconds: SECONDS });
  check(`${board}: exit status`, result.code === 0, `status ${result.code}\n${result.out}`);
  const rows = result.code === 0 ? rowsOf(file, ' ') : [];
  return { rows, stack: valueOf(result, 'stack'), seconds: (Date.now() - started) / 1000 };
}

// The first line that differs, of a job's log on the board and on the host.
async function difference(board, number) {
  const file = `${top}/${board}-log.txt`;
  const words = ['conformance', `${setOf(board)}/all`, file, blockOf(board), number, 1, 'lines'];
  await run(board, 'conformance', { words, seconds: SECONDS });
  const theirs = logsOf(setOf(board), blockOf(board), number, 1)[0].split('\n');
  const ours = readFileSync(file, 'latin1').split('\n').slice(1);
  const at = ours.findIndex((line, i) => line !== theirs[i]);
  return `line ${at + 1}\n  board: ${ours[at]}\n  host:  ${theirs[at]}`;
}

const SHOWN = 5; // differences that are printed of each board

// What is wrong with a result, or undefined.
async function faultOf(board, number, row, hostRow, verdict) {
  if (row[HASH] === 'full') return 'a text to be printed as a whole does not fit';
  if (row.join(' ') !== hostRow.join(' ')) return difference(board, number);
  return ['direct', 'merged', 'untold'].includes(verdict) ? undefined : verdict;
}

async function compareBoard(board) {
  const { rows, stack, seconds } = await results(board, 'all');
  const jobs = jobsOf(board, 'all');
  const host = hostOf(board, jobs);
  const count = { direct: 0, merged: 0, untold: 0 };
  const ran = new Set();
  let [large, bytes, wrong] = [0, 0, 0];
  check(`${board}: every job has a result`, rows.length === jobs.length, `${rows.length} of ${jobs.length}`);
  for (const [number, row] of rows.entries()) {
    const job = jobs[number];
    if (row[HASH] === 'large') {
      large++;
      continue;
    }
    ran.add(nameOf(job));
    bytes += Number(job[BYTES]);
    if (wrong >= SHOWN && row.join(' ') !== host.rows[number].join(' ')) {
      wrong++;
      continue;
    }
    const fault = await faultOf(board, number, row, host.rows[number], host.verdict[number]);
    if (fault === undefined) count[host.verdict[number]]++;
    else if (wrong++ < SHOWN) console.log(`${board}: ${nameOf(job)} (${job[MANNER]}): ${fault}`);
  }
  check(`${board}: ${wrong} runs differ`, wrong === 0);
  const never = [...new Set(jobs.map(nameOf))].filter((name) => !ran.has(name));
  check(`${board}: every case is run`, never.length === 0, never.slice(0, SHOWN).join('\n'));
  const runs = rows.length - large;
  const time = `${seconds.toFixed(0)} s`;
  console.log(`${board}: ${runs} runs of ${ran.size} cases, ${bytes} bytes, in ${time}: ${wrong} differ`);
  console.log(`${board}: ${count.direct} runs gave the lines of their case, ${count.merged} gave them in parts`);
  console.log(`${board}: ${count.untold} runs, whose case tells no lines, gave those of the host`);
  if (large > 0) console.log(`${board}: ${large} runs left out, since their buffer is larger than the board's`);
  console.log([...sizesOf(`build/firmware/${board}/conformance.elf`), `${board}: ${stack} bytes of stack`].join('\n'));
}

async function countInstructions(board) {
  const jobs = jobsOf(board, 'count');
  const { rows } = await results(board, 'count', counted);
  const sums = new Map();
  rows.forEach(([, instructions], number) => {
    const sum = sums.get(jobs[number][GROUP]) ?? { instructions: 0, bytes: 0 };
    sum.instructions += Number(instructions);
    sum.bytes += Number(jobs[number][BYTES]);
    sums.set(jobs[number][GROUP], sum);
  });
  const told = [...sums].map(([group, { instructions, bytes }]) => `${group} ${(instructions / bytes).toFixed(1)}`);
  check(`${board}: instructions`, [...sums.values()].every(({ instructions }) => instructions > 0));
  console.log(`${board}: ${told.join(', ')} instructions per byte of body`);
}

// Calls `work` for each item, two at a time.
async function each(items, work) {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

const jobsOf = (board, name) => rowsOf(`${setOf(board)}/${name}/list.txt`, '\t');
mkdirSync(top, { recursive: true });
for (const [first, board] of boards.slice(0, stride).entries()) {
  const said = execFileSync('build/firmware/host/jobs', [setOf(board), stride, first].map(String), { encoding: 'utf8' });
  if (first === 0) process.stdout.write(said);
}

const jobs = jobsOf(boards[0], 'all');
const groups = new Map();
for (const job of jobs) groups.set(job[GROUP], (groups.get(job[GROUP]) ?? new Set()).add(job[NAME]));
console.log([...groups].map(([group, names]) => `${group}: ${names.size} cases`).join('\n'));

if (stride > 1) {
  console.log(`ran: recorded answers in one of ${stride} of nine ways on each board, long JSON texts too (RILL_STRIDE)`);
  console.log('ran: without counting instructions, which make bench-count does, too');
}
await each(boards, compareBoard);
if (stride === 1 && jobsOf(boards[0], 'count').length > 0) await each(counting, countInstructions);
finish();
