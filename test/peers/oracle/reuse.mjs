// Reuse over the corpus: `rill decode` with --reuse gives what it gives without, at every size of buffer and of reads. What
// differs in its parts alone, where the buffer is small, must be the same once they are joined.
//
// Environment: RILL, the program (build/rill). RILL_CORPUS, the folder of the corpus. ONLY, a part of the names of the files.
// RILL_STRIDE=N: of the sizes and reads one of N, with the next file others.
import { existsSync } from 'node:fs';
import { compare, newFindings } from './compare.mjs';
import * as corpus from './corpus.mjs';
import { merge } from './merge.mjs';
import { decodeText, linesOf, pool, program } from './rill.mjs';
import { newTally } from './tally.mjs';

const MEMORIES = [
  { buffer: 256, tokens: 48 },
  { buffer: 512, tokens: 48 },
  { buffer: 2048, tokens: 128 },
];
const FEEDS = [1, 7, 1460];
const REUSE = 1024;
const stride = Number(process.env.RILL_STRIDE ?? 1);
const WAYS = MEMORIES.flatMap((memory) => FEEDS.map((feed) => ({ ...memory, feed })));

if (!existsSync(corpus.root)) {
  console.log(`skipped: reuse over the corpus, since there is none at ${corpus.root} (RILL_CORPUS)`);
  process.exit(0);
}
if (!existsSync(program)) {
  console.log(`there is no ${program}: run make first, or set RILL`);
  process.exit(2);
}

const started = Date.now();
const tally = newTally(5);
let runs = 0;
let inParts = 0;

function joinedComplaints(plain, reused) {
  const faults = [];
  const [one, other] = [plain, reused].map(({ stdout }) => merge(linesOf(stdout, faults)));
  const found = newFindings();
  compare(other.lines, one.lines, '', found);
  const say = ({ path, rill, oracle }) => `${path}  with reuse: ${rill}  without: ${oracle}`;
  return [...faults, ...one.faults, ...other.faults, ...found.differences.map(say)];
}

async function compareOne({ name }, memory) {
  const plain = await decodeText(name, memory);
  const reused = await decodeText(name, { ...memory, reuse: REUSE });
  const label = Object.entries(memory).map(([key, value]) => `--${key} ${value}`).join(' ');
  runs++;
  if (plain.stdout === reused.stdout && plain.exit === reused.exit && plain.stderr === reused.stderr) {
    tally.check(label, []);
    return;
  }
  inParts++;
  const exit = plain.exit === reused.exit ? [] : [`exit status with reuse: ${reused.exit}, without: ${plain.exit}`];
  tally.check(`${name} with ${label}`, [...exit, ...joinedComplaints(plain, reused)]);
}

const files = corpus.answers().filter(({ name, body }) => body !== 'json' && name.includes(process.env.ONLY ?? ''));
await pool(files, async (file, number) => {
  for (const way of WAYS.filter((_, i) => (i + number) % stride === 0)) await compareOne(file, way);
});
const seconds = ((Date.now() - started) / 1000).toFixed(0);
console.log(`reuse: ${files.length} files, ${runs} times with and without, ${inParts} of these cut at other places (${seconds} s)`);
tally.close();
