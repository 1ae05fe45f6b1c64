// `make bench`: rill beside other parsers, on the same bodies and for the same values.
//
//     node test/bench/bench.mjs [--write]
//
// Instructions are exact. Throughput is the median of interleaved rounds, each contestant beside jsmn by hand of the same
// round: trust the order more than the digits. --write puts tables and picture into docs/; else the picture is
// build/bench/bench.svg.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { each, times } from './count_host.mjs';
import { bodies, groups as all, here, sum } from './corpus.mjs';
import * as footprint from './footprint.mjs';
import { counts, deviations, perByte, perProvider, plain } from './measure.mjs';
import { draw } from './picture.mjs';

const ROUNDS = 9;
const MILLISECONDS = 60; // of a contestant in a round
const BASE = 'jsmn';

// Of each contestant of bench.mk what it is, and the package that has it.
const CONTESTANTS = {
  rill: [`rill, ${footprint.WAYS.rill}`],
  'rill-256': [`rill, ${footprint.WAYS['rill-256']}`],
  'rill-into': [`rill, ${footprint.WAYS['rill-into']}`],
  'rill-reuse': [`rill, ${footprint.WAYS['rill-reuse']}`],
  'rill-reuse-into': [`rill, ${footprint.WAYS['rill-reuse-into']}`],
  simdjson: ['simdjson on demand', 'libsimdjson-dev'],
  rapidjson: ['RapidJSON in place, SSE2', 'rapidjson-dev'],
  jsmn: ['jsmn by hand', 'libjsmn-dev'],
  yajl: ['yajl', 'libyajl-dev'],
  cjson: ['cJSON', 'libcjson-dev'],
  json_c: ['json-c', 'libjson-c-dev'],
  nlohmann: ['nlohmann::json', 'nlohmann-json3-dev'],
  jansson: ['Jansson', 'libjansson-dev'],
};
const names = Object.keys(CONTESTANTS);
const groups = all.filter((group) => group !== 'demo' || !here);
const isRill = (name) => name.startsWith('rill');

function titleOf(name) {
  const [title, packaged] = CONTESTANTS[name];
  if (!packaged) return title;
  const version = spawnSync('dpkg-query', ['-W', '-f=${Version}', packaged], { encoding: 'utf8' }).stdout;
  return `${title} ${/^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? ''}`.trim();
}

// ---- throughput

const inGroup = (numbers, group) => sum(numbers.filter((_, i) => bodies[i].group === group));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const program = (name) => `build/bench/host/${name}`;

// Of each contestant and group, bytes per nanosecond beside those of the base.
async function throughput() {
  const passes = {};
  for (const name of names) {
    const once = sum(await times(program(name), plain, 1));
    passes[name] = Math.max(1, Math.round((MILLISECONDS * 1e6) / once));
  }
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const taken = {};
    for (const name of names) taken[name] = await times(program(name), plain, passes[name]);
    rounds.push(taken);
  }
  const bytes = (group) => inGroup(bodies.map((body) => body.bytes.length), group);
  return new Map(names.map((name) => [name, new Map(groups.map((group) => [group, {
    ratio: median(rounds.map((taken) => inGroup(taken[BASE], group) / inGroup(taken[name], group))),
    speed: median(rounds.map((taken) => (bytes(group) / inGroup(taken[name], group)) * 1000)),
  }]))]));
}

// ---- all

async function differences(name) {
  const wrong = await deviations(name);
  const made = wrong.filter((body) => /bench\/(chat|tools|logprobs)\.sse/.test(body));
  if (made.length > 0 || (isRill(name) && wrong.length > 0)) throw new Error(`${name} gives wrong values: ${wrong}`);
  if (wrong.length > 0) console.log(`${name}: other values than JSON.parse gives, in ${wrong.join(', ')}`);
}

for (const name of names) await differences(name);
const host = new Map((await each(names, async (name) => [name, await counts('x86-64-O2', name, isRill(name))])));
const boardNames = ['rill', 'rill-256', 'rill-reuse', 'rill-reuse-into', 'jsmn'];
const boards = (await each(['m3-O2', 'm0plus-Os'].flatMap((target) => boardNames.map((name) => ({ target, name }))),
  async (one) => ({ ...one, per: perByte(await counts(one.target, one.name)) })));
const speeds = await throughput();

const order = [...names].sort((a, b) => perByte(host.get(a)).get(groups[0]) - perByte(host.get(b)).get(groups[0]));
const cell = (map, digits) => groups.map((group) => map.get(group).toFixed(digits));
const rows = order.map((name) => {
  const ratios = groups.map((group) => speeds.get(name).get(group).ratio.toFixed(2));
  return [isRill(name) ? `**${titleOf(name)}**` : titleOf(name), ...cell(perByte(host.get(name)), 1), ...ratios];
});
const boardRows = boards.map(({ target, name, per }) => [footprint.TARGETS[target], titleOf(name), ...cell(per, 1)]);
const tables = new Map([
  ['peers', footprint.table(['x86-64 -O2', ...groups, ...groups.map((group) => `speed ${group}`)], rows)],
  ['boards', footprint.table(['target', 'decoder', ...groups], boardRows)],
]);
console.log([...tables.values()].join('\n\n'));

const peers = names.filter((name) => !isRill(name) && name !== BASE);
for (const group of groups) {
  const best = peers.reduce((a, b) => (speeds.get(a).get(group).ratio > speeds.get(b).get(group).ratio ? a : b));
  for (const one of ['rill', 'rill-reuse', 'rill-reuse-into']) {
    const [ours, theirs, base] = [one, best, BASE].map((name) => speeds.get(name).get(group));
    const show = (name, { speed }) => `${name} ${speed.toFixed(0)} MB/s`;
    console.log(`${group}: ${show(one, ours)}, ${(ours.ratio / theirs.ratio).toFixed(2)} times the fastest peer ` +
      `(${show(titleOf(best), theirs)}), ${ours.ratio.toFixed(2)} times ${show(titleOf(BASE), base)}`);
  }
}
for (const name of ['rill', 'rill-reuse', BASE]) {
  const providers = perProvider(host.get(name));
  const [middle, worst] = [providers[Math.floor(providers.length / 2)], providers.at(-1)];
  if (worst)
    console.log(`${name}, recorded streams of ${providers.length} providers: median ${middle.per.toFixed(1)} (${middle.provider}), ` +
      `worst ${worst.per.toFixed(1)} (${worst.provider}) instructions per byte`);
}

const drawn = order.map((name) => ({ title: titleOf(name), ours: isRill(name), per: perByte(host.get(name)) }));
const picture = draw(groups, drawn);
const writing = process.argv[2] === '--write';
writeFileSync(writing ? 'docs/bench.svg' : 'build/bench/bench.svg', picture);
if (writing) footprint.write(tables);
