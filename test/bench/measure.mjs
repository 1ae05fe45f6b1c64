// The exact numbers of rill: instructions per byte of body on the host and on the boards.
import { each, instructions, values } from './count_host.mjs';
import { count } from './count_board.mjs';
import { bodies, chunked, edges, groups, sum, told, write } from './corpus.mjs';
import { expected } from './oracle.mjs';

const HOST = 'x86-64-O2';

// What is counted: of each target the contestants of bench.mk. `-http` stands for HTTP around the same bodies.
export const COUNTED = {
  [HOST]: ['rill', 'rill-256', 'rill-into', 'rill-http', 'rill-lean', 'rill-chat',
    'rill-reuse', 'rill-reuse-into', 'rill-reuse-256', 'rill-reuse-http', 'rill-lean-reuse', 'rill-chat-reuse'],
  'm3-O2': ['rill', 'rill-256', 'rill-http', 'rill-lean', 'rill-chat', 'rill-reuse', 'rill-reuse-into', 'rill-reuse-http'],
  'm0plus-Os': ['rill', 'rill-256', 'rill-http', 'rill-lean', 'rill-reuse', 'rill-reuse-into'],
  'm33-O2': ['rill', 'rill-reuse'],
  'rv32-O2': ['rill', 'rill-reuse'],
};
const checked = (name) => !/^rill-(lean|chat)/.test(name); // these do other work than that of values.h

export const wanted = bodies.map((body) => expected(body.bytes));

const folder = 'build/bench';
export const plain = write(`${folder}/plain.bodies`, bodies.map((body) => body.bytes));
const framed = write(`${folder}/framed.bodies`, bodies.map(chunked));
const all = write(`${folder}/all.bodies`, [...bodies, ...edges].map((body) => body.bytes));

// Instructions per byte of each group, of a list of instructions per body.
export function perByte(counts) {
  const per = new Map();
  for (const group of groups) {
    const inside = bodies.map((body, i) => ({ body, count: counts[i] })).filter(({ body }) => body.group === group);
    per.set(group, sum(inside.map(({ count }) => count)) / sum(inside.map(({ body }) => body.bytes.length)));
  }
  return per;
}

// Of the recorded streams: [{provider, per}], the cheapest first.
export function perProvider(counts) {
  const sums = new Map();
  for (const [i, { provider, bytes }] of bodies.entries()) {
    if (!provider) continue;
    const of = sums.get(provider) ?? { instructions: 0, bytes: 0 };
    of.instructions += counts[i];
    of.bytes += bytes.length;
    sums.set(provider, of);
  }
  return [...sums].map(([provider, of]) => ({ provider, per: of.instructions / of.bytes })).sort((a, b) => a.per - b.per);
}

const fail = (what, of) => {
  throw new Error(`${what} gives wrong values: ${of.join(', ')}`);
};

function verify(what, sums) {
  const wrong = bodies.filter((_, i) => sums[i] !== wanted[i].sums).map((body) => body.name);
  if (wrong.length > 0) fail(what, wrong);
}

// The bodies that a program folds into another checksum than the expected one.
export async function deviations(contestant) {
  const list = [...bodies, ...edges];
  const found = await values(`${folder}/check/${contestant}`, all);
  return list.filter((body, i) => {
    const known = told.get(body.name.replace('bench/', ''));
    const right = expected(body.bytes).checksum;
    if (known !== undefined && known !== right) throw new Error(`${body.name}: ${right}, but its checksum is told as ${known}`);
    return found[i]?.checksum !== right;
  }).map((body) => body.name);
}

async function onHost(name, program, file, strict) {
  if (strict && checked(name)) verify(`${HOST} ${name}`, (await values(program, file)).map(({ sums }) => sums));
  return instructions(program, file);
}

async function onBoard(target, name, contestant, file) {
  const found = await count(target, contestant, file);
  if (checked(name)) verify(`${target} ${name}`, found.map(({ sums }) => sums));
  return found.map(({ instructions: number }) => number);
}

// The instructions of each body. Unless `strict`, values that differ from the expected ones are no error.
export async function counts(target, name, strict = true) {
  const contestant = name.replace('-http', '');
  const file = name === contestant ? plain : framed;
  if (target !== HOST) return onBoard(target, name, contestant, file);
  return onHost(name, `${folder}/host/${contestant}`, file, strict);
}

// [{target, name, counts}] of all that is counted; throws when values are wrong.
export async function measureAll() {
  for (const name of ['rill', 'rill-256', 'rill-into', 'rill-reuse', 'rill-reuse-into', 'rill-reuse-256']) {
    const wrong = await deviations(name);
    if (wrong.length > 0) fail(`${HOST} ${name}`, wrong);
  }
  const list = Object.entries(COUNTED).flatMap(([target, names]) => names.map((name) => ({ target, name })));
  return each(list, async (one) => ({ ...one, counts: await counts(one.target, one.name) }));
}
