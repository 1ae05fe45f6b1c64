// `make bench-count`: instructions and sizes of rill, exact and without a clock, against test/budgets.txt and the tables of
// docs/footprint.md.
//
//     node test/bench/count.mjs [--print | --write]
//
// --print shows the tables; --write puts the numbers of now into both files.
import * as budgets from '../budgets.mjs';
import { budgeted, measure as measureSizes, print as printSizes } from '../sizes.mjs';
import { bodies, here, sum } from './corpus.mjs';
import * as footprint from './footprint.mjs';
import { measureAll, perByte, perProvider } from './measure.mjs';

const mode = process.argv[2];
const round = (number) => Number(number.toFixed(2));

const started = Date.now();
const sizesText = printSizes();
const counted = await measureAll();

const numbers = budgeted(measureSizes(sizesText));
for (const { target, name, counts } of counted) {
  for (const [group, per] of perByte(counts)) numbers.set(`${target} ${name} ${group}`, round(per));
  const providers = ['rill', 'rill-reuse'].includes(name) ? perProvider(counts) : [];
  if (providers.length > 0) numbers.set(`${target} ${name} worst provider`, round(providers.at(-1).per));
}

const tables = footprint.tables({ sizesText, counted });
if (mode === '--print') {
  console.log([...tables.values()].join('\n\n'));
  process.exit(0);
}
if (mode === '--write') {
  budgets.write(numbers);
  footprint.write(tables);
}

for (const { target, name, counts } of counted) {
  const per = [...perByte(counts)].map(([group, number]) => `${group} ${number.toFixed(1)}`);
  console.log(`${target} ${name}: ${per.join(', ')} instructions per byte`);
}
const wrong = budgets.compare(numbers);
const stale = here ? footprint.compare(tables) : [];
for (const line of stale) console.log(`docs/footprint.md: ${line}; node test/bench/count.mjs --write renews it`);
const stalePeers = here ? footprint.comparePeers(counted) : [];
for (const line of stalePeers)
  console.log(`docs/footprint.md: ${line} is of old; node test/bench/bench.mjs --write renews it`);
const bytes = sum(bodies.map((body) => body.bytes.length));
const seconds = ((Date.now() - started) / 1000).toFixed(0);
console.log(`ran: ${bodies.length} bodies, ${bytes} bytes, ${counted.length} ways, in ${seconds} s`);
const failed = wrong + stale.length + stalePeers.length;
console.log(`${numbers.size - wrong} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
