// What of src/ the programs given as arguments have reached, by their profiles (PROGRAM.profraw): prints lines, branches
// (each condition's two outcomes) and MC/DC by file, and compares what was not reached with test/coverage/open.txt.
//
// MC/DC (DO-178C): a condition of a decision is covered when two runs show that it alone changes the outcome.
//
// What is built twice, or in several files, is one: reached when any of its builds reached it. The build without HTTP leaves
// code out, and has none of its own: it only adds what it reaches.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const folder = 'build/coverage';
const programs = process.argv.slice(2);

// What llvm-cov says of the programs of one build; the builds have functions of the same name that differ.
function exported(build) {
  const profile = `${build}/all.profdata`;
  const built = programs.filter((name) => name.startsWith(`${build}/`));
  execFileSync('llvm-profdata-19', ['merge', '-o', profile, ...built.map((name) => `${name}.profraw`)]);
  const objects = built.flatMap((name) => ['-object', name]);
  const json = execFileSync('llvm-cov-19', ['export', '-format=text', `-instr-profile=${profile}`, ...objects], {
    maxBuffer: 1 << 30,
  });
  return { ...JSON.parse(json).data[0], isBare: build.endsWith('/bare') };
}

// ---- source text

const sources = new Map();
const linesOf = (file) => {
  if (!sources.has(file)) sources.set(file, readFileSync(file, 'utf8').split('\n'));
  return sources.get(file);
};
const isBefore = (a, b) => a.line < b.line || (a.line === b.line && a.column <= b.column);

// Between two places, in one line of text.
function textOf(file, from, to) {
  const lines = linesOf(file).slice(from.line - 1, to.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, to.column - 1);
  lines[0] = lines[0].slice(from.column - 1);
  return lines.join(' ').replace(/\s+/g, ' ').trim();
}

// ---- what the profile says, one entry for each place: where it is, and how often it was reached

// Of llvm's kinds of regions: code, and a condition of a decision that MC/DC looks at (no branch of a ?: within one).
const REGION = 0;
const CONDITION = 6;

class Place {
  constructor(file, [fromLine, fromColumn, toLine, toColumn]) {
    this.file = file;
    this.from = { line: fromLine, column: fromColumn };
    this.to = { line: toLine, column: toColumn };
  }
  get key() {
    return `${this.file}:${this.from.line}:${this.from.column}-${this.to.line}:${this.to.column}`;
  }
  get text() {
    return textOf(this.file, this.from, this.to);
  }
  holds(other) {
    return this.file === other.file && isBefore(this.from, other.from) && isBefore(other.to, this.to);
  }
}

class Functions {
  all = new Map(); // by file and name

  add(file, name, isBare, { regions, branches, mcdc_records: decisions, filenames }) {
    const key = `${file} ${name}`;
    if (!this.all.has(key)) this.all.set(key, { file, name, regions: new Map(), branches: new Map(), decisions: new Map() });
    const here = this.all.get(key);
    const entry = (kind, numbers, fileAt, fresh) => {
      const place = new Place(relative('.', filenames[fileAt]), numbers);
      if (!place.file.startsWith('src/')) return fresh;
      if (isBare && !here[kind].has(place.key)) return fresh;
      if (!here[kind].has(place.key)) here[kind].set(place.key, Object.assign(place, fresh));
      return here[kind].get(place.key);
    };
    for (const numbers of regions) {
      const [, , , , count, fileAt, , kind] = numbers;
      if (kind === REGION) entry('regions', numbers, fileAt, { count: 0 }).count += count;
    }
    for (const numbers of branches) {
      const [, , , , whenTrue, whenFalse, fileAt, , kind] = numbers;
      const branch = entry('branches', numbers, fileAt, { whenTrue: 0, whenFalse: 0, isCondition: kind === CONDITION });
      branch.whenTrue += whenTrue;
      branch.whenFalse += whenFalse;
    }
    for (const numbers of decisions ?? []) {
      const [, , , , fileAt, , shown] = numbers;
      const decision = entry('decisions', numbers, fileAt, { shown: shown.map(() => false) });
      decision.shown = decision.shown.map((before, at) => before || shown[at]);
    }
  }
}

function functionsOf(builds) {
  const functions = new Functions();
  for (const { isBare, functions: all } of builds) {
    for (const one of all) {
      const file = relative('.', one.filenames[0]);
      const name = one.name.replace(/^.*:/, '').replace(/_bare_\w+$/, ''); // rill_stream_begin() has another name there
      if (file.startsWith('src/')) functions.add(file, name, isBare, one);
    }
  }
  return [...functions.all.values()];
}

// The conditions of a decision, in their order, and whether each was shown to change the outcome alone. Constants have no
// branches, and stand in front.
function conditionsOf(one, decision) {
  const conditions = [...one.branches.values()].filter((branch) => branch.isCondition && decision.holds(branch));
  const constants = decision.shown.length - conditions.length;
  return conditions.map((branch, at) => ({ branch, shown: decision.shown[constants + at] }));
}

// ---- lines, as llvm-cov counts them: by the segments that begin in them or reach into them

// Lines that hold nothing but a part of a comment.
function commentsOf(file) {
  const comments = new Set();
  let inside = false;
  linesOf(file).forEach((line, i) => {
    if (inside || /^\s*\/\*/.test(line)) {
      inside = !line.includes('*/');
      if (inside || line.trimEnd().endsWith('*/')) comments.add(i + 1);
    }
  });
  return comments;
}

// Adds to `lines` whether each line of code was reached. Of a function that a build never calls, comments and lines of the
// preprocessor seem to be code.
function addLines(file, lines, isBare, segments) {
  const text = linesOf(file), comments = commentsOf(file);
  const byLine = new Map();
  for (const segment of segments) {
    if (!byLine.has(segment[0])) byLine.set(segment[0], []);
    byLine.get(segment[0]).push(segment);
  }
  let wrapped = null;
  const last = segments.at(-1)?.[0] ?? 0;
  for (let line = segments[0]?.[0] ?? 1; line <= last; line++) {
    const here = byLine.get(line) ?? [];
    const counts = here.filter(([, , , hasCount, isEntry, isGap]) => hasCount && isEntry && !isGap).map(([, , count]) => count);
    if (wrapped?.[3]) counts.push(wrapped[2]);
    const skipped = here.length > 0 && !here[0][3] && here[0][4];
    const directive = /^\s*#/.test(text[line - 1]) || comments.has(line);
    const isNew = isBare && !lines.has(line);
    if (!skipped && !directive && !isNew && counts.length > 0) lines.set(line, lines.get(line) || Math.max(...counts) > 0);
    wrapped = here.at(-1) ?? wrapped;
  }
}

// ---- what was not reached

function unreached(one) {
  const said = (what) => `${one.file} ${one.name}: ${what}`;
  const regions = [...one.regions.values()];
  if (regions.every((region) => region.count === 0)) return [said('never called')];
  const found = [];
  const told = [];
  for (const branch of one.branches.values()) {
    if (branch.whenTrue === 0 && branch.whenFalse === 0) continue; // within what never runs
    if (branch.whenTrue === 0) found.push(said(`never true: ${branch.text}`));
    if (branch.whenFalse === 0) found.push(said(`never false: ${branch.text}`));
    if (branch.whenTrue === 0 || branch.whenFalse === 0) told.push(branch);
  }
  for (const decision of one.decisions.values()) {
    for (const { branch, shown } of conditionsOf(one, decision)) {
      const { whenTrue, whenFalse, text } = branch;
      if (!shown && whenTrue > 0 && whenFalse > 0) found.push(said(`not shown alone: ${text} in ${decision.text}`));
    }
  }
  const never = regions.filter((region) => region.count === 0 && region.text !== '');
  for (const region of never) {
    const within = never.some((other) => other !== region && other.holds(region));
    const isWhatFollows = (branch) => branch.file === region.file && isBefore(branch.to, region.from) &&
      /^[\s(){?&|;]*$/.test(textOf(region.file, branch.to, region.from));
    if (!within && !told.some(isWhatFollows)) found.push(said(`never runs: ${region.text.slice(0, 100)}`));
  }
  return found;
}

// ---- open.txt: what is not reached, and behind it, indented, why

function readOpen() {
  const file = 'test/coverage/open.txt';
  const entries = [];
  let reasonLess = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('src/')) {
      entries.push(line);
      reasonLess.push(line);
    } else if (/^\s+\S/.test(line)) {
      reasonLess = [];
    } else if (reasonLess.length > 0) {
      break;
    }
  }
  for (const line of reasonLess) complain(`without a reason in ${file}: ${line}`);
  return entries;
}

let complaints = 0;
function complain(what) {
  complaints++;
  console.log(what);
}

// Names found more often in one list than in the other.
function beyond(list, other) {
  const left = [...other];
  return list.filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

// ---- the table

const share = ({ reached, all }) => (all === 0 ? '' : `${(Math.floor((1000 * reached) / all) / 10).toFixed(1)} %`);
const cells = (sum) => [sum, `${sum.reached}/${sum.all}`].map((cell) => (typeof cell === 'string' ? cell : share(cell)));
const add = (sum, reached, all) => {
  sum.reached += reached;
  sum.all += all;
};

function measured(builds, functions) {
  const files = new Map();
  const lines = new Map();
  for (const { filename, segments, isBare } of builds.flatMap(({ isBare, files: all }) => all.map((one) => ({ ...one, isBare })))) {
    const file = relative('.', filename);
    if (!file.startsWith('src/')) continue;
    if (!lines.has(file)) lines.set(file, new Map());
    addLines(file, lines.get(file), isBare, segments);
  }
  for (const [file, reached] of lines) {
    const sum = { reached: [...reached.values()].filter(Boolean).length, all: reached.size };
    files.set(file, { lines: sum, branches: { reached: 0, all: 0 }, mcdc: { reached: 0, all: 0 } });
  }
  for (const one of functions) {
    const sums = files.get(one.file);
    for (const branch of one.branches.values()) add(sums.branches, (branch.whenTrue > 0) + (branch.whenFalse > 0), 2);
    for (const decision of one.decisions.values()) {
      const conditions = conditionsOf(one, decision);
      add(sums.mcdc, conditions.filter(({ shown }) => shown).length, conditions.length);
    }
  }
  return files;
}

function print(files) {
  const total = { lines: { reached: 0, all: 0 }, branches: { reached: 0, all: 0 }, mcdc: { reached: 0, all: 0 } };
  const row = (name, cellsOf) => `${name.padEnd(24)}${cellsOf.map((cell) => cell.padStart(11)).join('')}`.trimEnd();
  console.log(row('', ['lines', '', 'branches', '', 'MC/DC', '']));
  for (const [file, sums] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(row(file, [...cells(sums.lines), ...cells(sums.branches), ...cells(sums.mcdc)]));
    for (const name of Object.keys(total)) add(total[name], sums[name].reached, sums[name].all);
  }
  console.log(row('all of src/', [...cells(total.lines), ...cells(total.branches), ...cells(total.mcdc)]));
  return total;
}

const builds = [...new Set(programs.map((name) => name.split('/').slice(0, 3).join('/')))].map(exported);
const functions = functionsOf(builds);
const total = print(measured(builds, functions));
const found = functions.flatMap(unreached).sort();
writeFileSync(`${folder}/unreached.txt`, found.map((line) => `${line}\n`).join(''));
const open = readOpen();
for (const line of beyond(found, open)) complain(`not reached, and not in open.txt: ${line}`);
for (const line of beyond(open, found)) complain(`in open.txt, but reached, or not there: ${line}`);
console.log(`lines ${share(total.lines)}, branches ${share(total.branches)}, MC/DC ${share(total.mcdc)}; ` +
  `${open.length} places of open.txt are not reached`);
console.log(`${open.length - beyond(open, found).length} passed, ${complaints} failed`);
process.exitCode = complaints === 0 ? 0 : 1;
