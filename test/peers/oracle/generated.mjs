// Made-up answers in little memory against the same in much: node test/peers/oracle/generated.mjs
//
// Merging the lines from first to last (strings of one member joined, elements by `at`, all else once) gives
// exactly the line that a large buffer prints. The corpus holds what servers really send; here events.mjs makes up what
// they might: any order of the members, any length of any text, errors beside choices, in the three kinds of body. It
// draws from fixed numbers, so that each run sees the same inputs, and takes about ten seconds; no corpus is needed.
//
// What events.mjs leaves out, since they are known limits: in little memory the `id` is lost, where so much text
// follows that it does not fit, in {"id":"x","error":{"message":"long ..."},"choices":[...]} and in
// {"object":"another service's","id":"x","model":"long ...","choices":[...]}; and where only an `object` behind the
// choices tells the kind, the parts before it may call a message a delta.
//
// Environment: RILL, the program (build/rill). SEED, the number of the first input (1). COUNT, how many inputs (250).
// KEEP, a folder that inputs which fail are written to.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, newFindings } from './compare.mjs';
import { Maker } from './events.mjs';
import { merge } from './merge.mjs';
import { decodeInput, pool, program } from './rill.mjs';
import { newTally } from './tally.mjs';

const MUCH = { buffer: 1048576, tokens: 65535 };
const LITTLE = [
  { buffer: 256, tokens: 24 },
  { buffer: 256, tokens: 24, feed: 1 },
  { buffer: 300, tokens: 40, feed: 7 },
  { buffer: 512, tokens: 48 },
  { buffer: 1024, tokens: 24 },
  { buffer: 256, tokens: 4096 },
  { buffer: 2048, tokens: 4096 },
];
const SEED = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 250);
const LONGEST = 18000; // milliseconds: on a slow machine fewer inputs are tried, and the test says how many

if (!existsSync(program)) {
  console.log(`there is no ${program}: run make first, or set RILL`);
  process.exit(2);
}

const started = Date.now();
const tally = newTally(5);
const { check } = tally;
let tried = 0;
let bytes = 0;

// The merged lines, and what is wrong with them by themselves: every input is valid.
async function run(input, memory) {
  const { exit, lines, faults } = await decodeInput(input, memory);
  const merged = merge(lines);
  const bad = lines.filter(({ kind, reason }) => kind === 'bad' || reason === 'truncated' && /^data|^HTTP/.test(input));
  const wanted = lines.some(({ kind }) => kind === 'error') ? 3 : 0;
  return {
    lines: merged.lines,
    complaints: [
      ...faults,
      ...merged.faults,
      ...bad.map((line) => `a valid input gives ${JSON.stringify(line)}`),
      ...(exit === wanted ? [] : [`exit status: ${exit}, not ${wanted}`]),
    ],
  };
}

async function tryInput(seed) {
  if (Date.now() - started > LONGEST) return;
  const input = new Maker(seed).input();
  const before = tally.failed;
  const much = await run(input, MUCH);
  check(`input ${seed} in much memory`, much.complaints);
  for (const memory of LITTLE) {
    const little = await run(input, memory);
    const found = newFindings();
    compare(little.lines, much.lines, '', found);
    const say = ({ path, rill, oracle }) => `${path}  rill: ${rill}  in much memory: ${oracle}`;
    const label = Object.entries(memory).map(([key, value]) => `--${key} ${value}`).join(' ');
    check(`input ${seed} with ${label}`, [...little.complaints, ...found.differences.map(say)]);
  }
  if (tally.failed > before && process.env.KEEP) writeFileSync(join(process.env.KEEP, `input-${seed}`), input);
  tried++;
  bytes += input.length;
}

await pool(Array.from({ length: COUNT }, (_, i) => SEED + i), tryInput);
const seconds = ((Date.now() - started) / 1000).toFixed(0);
console.log(`generated: ${tried} inputs from number ${SEED} on, ${bytes} bytes, ${LITTLE.length} sizes (${seconds} s)`);
if (tried < COUNT) console.log(`generated: ${COUNT - tried} inputs left out, for want of time`);
tally.close();
