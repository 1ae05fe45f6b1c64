// The documents do what they say. In README.md, docs/*.md and port/*/README.md:
//
//   ```c whose first line is /* example: NAME */  a whole program. It is written to build/readme/NAME and compiled with
//       the library's warnings as errors.
//   ```console  a session: every line `$ COMMAND` is run in build/readme, which looks like the top folder of the
//       repository with the programs saved in it. What stands below it is what it must print; a line `...` stands for
//       any lines. `127.0.0.1 8080` is a server: that of the demo runs in its place. Every program must be run by one.
//   ```sh  other commands. Those of `make` must name targets of the Makefile.
//   links and paths in backticks must exist; headings that are linked to as well.
//   tables between <!-- sizes --> and <!-- parts -->  are compared with what `make size` and `rill decode` print now:
//       flash within 3 %, all else exactly. `node test/readme.mjs --write` puts the numbers of now in their place.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { measure, numbersOf } from './sizes.mjs';

const folder = 'build/readme';
const writing = process.argv[2] === '--write';
const flags = [
  ...['-std=c99', '-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-Werror'],
  ...'all extra pedantic conversion shadow strict-prototypes undef vla'.split(' ').map((name) => `-W${name}`),
  ...['-D_POSIX_C_SOURCE=200809L', '-Iinclude', '-Iport/posix'],
];
const complaints = [];
const complain = (where, what) => complaints.push(`${where}: ${what}`);

const documents = ['README.md'];
for (const name of readdirSync('docs')) if (name.endsWith('.md')) documents.push(`docs/${name}`);
for (const port of readdirSync('port')) {
  const manual = `port/${port}/README.md`;
  if (existsSync(manual)) documents.push(manual);
}

// make's own variables would make the inner make a part of the outer one's job server.
const environment = { ...process.env, LC_ALL: 'C.UTF-8' };
for (const name of ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'OPENAI_BASE_URL', 'OPENAI_API_KEY']) delete environment[name];

// ---- reading

function blocksOf(file) {
  const blocks = [];
  let open = null;
  readFileSync(file, 'utf8').split('\n').forEach((line, at) => {
    const fence = /^```(\w*)(?: \w+)?$/.exec(line);
    if (fence && !open) open = { file, line: at + 1, language: fence[1], lines: [] };
    else if (fence) {
      blocks.push(open);
      open = null;
    } else if (open) open.lines.push(line);
  });
  if (open) complain(`${file}:${open.line}`, 'a block without an end');
  return blocks;
}

const proseOf = (file) => readFileSync(file, 'utf8').replace(/^```[^]*?^```$/gm, '');

// ---- programs

function extract(blocks) {
  const programs = new Map();
  for (const { file, line, language, lines } of blocks) {
    const name = language === 'c' && /^\/\* example: ([\w.]+\.c) \*\/$/.exec(lines[0])?.[1];
    if (!name) continue;
    if (programs.has(name)) complain(`${file}:${line}`, `a second ${name}`);
    programs.set(name, { where: `${file}:${line}`, text: lines.join('\n') + '\n', ran: false });
  }
  return programs;
}

function prepare() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/strict`, { recursive: true });
  for (const name of ['include', 'src', 'port', 'test', 'build', 'docs']) symlinkSync(`../../${name}`, `${folder}/${name}`);
}

function compile(name, { where, text }) {
  writeFileSync(`${folder}/${name}`, text);
  const port = text.includes('"socket.h"') ? ['port/posix/socket.c', 'port/posix/wait.c'] : [];
  const output = `${folder}/strict/${name.slice(0, -2)}`;
  const words = [...flags, `${folder}/${name}`, ...port, 'build/librill.a', '-o', output];
  const run = spawnSync('cc', words, { encoding: 'utf8' });
  if (run.status !== 0) complain(where, `${name} does not compile\n${run.stderr}`);
}

// ---- sessions

function sessionsOf(blocks) {
  const sessions = [];
  for (const { file, line, language, lines } of blocks) {
    if (language !== 'console') continue;
    lines.forEach((text, at) => {
      const where = `${file}:${line + 1 + at}`;
      if (text.startsWith('$ ')) sessions.push({ where, command: text.slice(2), expected: [] });
      else if (sessions.length) sessions.at(-1).expected.push(text);
    });
  }
  return sessions;
}

const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function matches(expected, printed) {
  const pattern = expected.map((line) => (line === '...' ? '(?:.*\\n)*?' : `${quoted(line)}\\n`)).join('');
  return new RegExp(`^${pattern}$`).test(printed);
}

async function startServer() {
  execFileSync('make', ['-s', 'build/demo/server'], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(`${folder}/captures`, { recursive: true });
  const files = ['test/demo/answer.sse', 'test/demo/tools.sse', `${folder}/captures`];
  const server = spawn('build/demo/server', files, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((told, failed) => {
    server.stdout.once('data', (data) => told(String(data).trim()));
    server.once('exit', () => failed(new Error('the server of the demo does not start')));
  });
  return { server, port };
}

function runSession({ where, command, expected }, port) {
  const run = spawnSync('sh', ['-c', `${command.replace('127.0.0.1 8080', `127.0.0.1 ${port}`)} 2>&1`], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    timeout: 60000,
  });
  let printed = (run.stdout ?? '').replace(/\r\n/g, '\n');
  if (printed !== '' && !printed.endsWith('\n')) printed += '\n';
  if (!matches(expected, printed))
    complain(where, `$ ${command}\nprints\n${printed}instead of\n${expected.join('\n')}\n`);
}

// Each program once more under the sanitizers, with the same input.
function sanitized(command) {
  return command.replace(/(^|[|] *)\.\/(\w+)/g, '$1strict/$2');
}

// ---- links, paths and targets

function checkLinks(file) {
  const prose = proseOf(file);
  for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    const [path, heading] = target.split('#');
    const found = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(found)) complain(file, `links to ${target}, which does not exist`);
    else if (heading !== undefined && !headingsOf(found).includes(heading)) complain(file, `no heading for ${target}`);
  }
  for (const [, path] of prose.matchAll(/`((?:include|src|port|test|docs|build)\/[\w./*-]*)`/g))
    if (!path.startsWith('build/') && !path.includes('*') && !existsSync(path))
      complain(file, `names ${path}, which does not exist`);
}

const headingsOf = (file) =>
  [...proseOf(file).matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
    text.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));

function checkTargets(blocks) {
  const makefiles = ['Makefile', 'test/bench/bench.mk'].map((file) => readFileSync(file, 'utf8')).join('\n');
  const rules = new Set(makefiles.match(/^[\w./-]+(?= *[\w./ -]*:(?!=))/gm));
  let count = 0;
  for (const { file, line, language, lines } of blocks) {
    if (language !== 'sh') continue;
    for (const [, target] of lines.join('\n').matchAll(/^make (\S+)$/gm)) {
      count++;
      const isFile = target.startsWith('build/');
      if (isFile ? spawnSync('make', ['-n', target], { env: environment }).status !== 0 : !rules.has(target))
        complain(`${file}:${line}`, `make has no target ${target}`);
    }
  }
  if (count < 2) complain('README.md', 'the two commands are missing');
}

// The five types have golden cases, and both the README's row and the cases name them.
function checkTypes() {
  const text = readFileSync('README.md', 'utf8');
  const section = text.slice(text.indexOf('\n## The types\n'), text.indexOf('\n## The dialects\n'));
  const golden = /\]\((test\/golden\/[^)]*)\)/.exec(section)?.[1];
  const cases = golden && existsSync(golden) ? readFileSync(golden, 'utf8') : '';
  const types = [...section.matchAll(/^\| (\w+) \| (?:atoma-sdk|r9s) \|/gm)].map(([, name]) => name);
  if (types.length !== 5) complain('README.md', `${types.length} types instead of five`);
  for (const type of types) if (!cases.includes(`\n== ${type}: `)) complain('README.md', `no golden case of ${type}`);
}

// ---- numbers

const isFlash = (core, name) => name in core.flash || name === 'sieve';
const isNear = (told, now, flash) => (flash ? Math.abs(told - now) <= now * 0.03 : told === now);
const verdictOf = (bytes, goal) => (bytes <= goal ? 'reached' : `${bytes - goal} over`);

function section(text, name) {
  const from = text.indexOf(`<!-- ${name}`);
  const to = text.indexOf(`<!-- end of ${name} -->`);
  if (from < 0 || to < from) throw new Error(`no section ${name}`);
  return [from, to];
}

// Calls `change(cells)` for each row of the section's tables; it gives the row anew, as it should be.
function rewrite(file, name, change, changeText = (text) => text) {
  const text = readFileSync(file, 'utf8');
  const [from, to] = section(text, name);
  const rows = text.slice(from, to).split('\n').map((line) => {
    const cells = line.split('|').slice(1, -1).map((cell) => cell.trim());
    if (cells.length === 0 || /^:?-+:?$/.test(cells[0]) || !/^(`|\d)/.test(cells[0])) return line;
    const wanted = change(cells);
    return wanted ? `| ${wanted.join(' | ')} |`.replace(/ {2,}/g, ' ') : line;
  });
  const anew = text.slice(0, from) + changeText(rows.join('\n')) + text.slice(to);
  if (writing && anew !== text) writeFileSync(file, anew);
}

function checkSizes() {
  const cores = measure();
  const core = cores['cortex-m0plus'];
  const numbers = numbersOf(core);
  let count = 0;
  const change = ([cell, what, told, goal, verdict]) => {
    const name = cell.replace(/`/g, '');
    const now = numbers[name];
    if (now === undefined) {
      complain('README.md', `make size prints nothing about ${name}`);
      return null;
    }
    count++;
    if (writing) return [cell, what, now, goal, goal && verdictOf(now, Number(goal))];
    if (!isNear(Number(told), now, isFlash(core, name))) complain('README.md', `${name} is ${now}, not ${told}`);
    if (goal && verdict !== verdictOf(Number(told), Number(goal))) complain('README.md', `${name}: not "${verdict}"`);
    return null;
  };
  const others = { 'Cortex-M3': 'cortex-m3', 'Cortex-M33': 'cortex-m33', RV32IMAC: 'rv32imac' };
  const changeText = (text) =>
    Object.entries(others).reduce((changed, [name, key]) => {
      const now = cores[key].flash['chat path'];
      const told = new RegExp(`(${name}) (\\d+)`).exec(changed);
      count++;
      if (!told || (!writing && !isNear(Number(told[2]), now, true)))
        complain('README.md', `${name}: ${now}, not ${told?.[2]}`);
      return changed.replace(new RegExp(`(${name}) \\d+`), `$1 ${now}`);
    }, text);
  rewrite('README.md', 'sizes', change, changeText);
  return count;
}

function checkParts() {
  let count = 0;
  rewrite('docs/guide.md', 'parts', ([buffer, tokens, told, all]) => {
    const lines = execFileSync(
      'build/rill',
      ['decode', '--json', '--buffer', buffer, '--tokens', tokens, 'test/demo/answer.sse'],
      { env: environment, encoding: 'utf8' },
    );
    const parts = (lines.match(/"part":"first"/g) ?? []).length;
    const events = parts + (lines.match(/"part":"whole"/g) ?? []).length;
    count++;
    if (writing) return [buffer, tokens, parts, events];
    if (Number(told) !== parts || Number(all) !== events)
      complain('docs/guide.md', `${buffer} bytes, ${tokens} tokens: ${parts} of ${events} in parts`);
    return null;
  });
  return count;
}

// ----

const blocks = documents.flatMap(blocksOf);
const programs = extract(blocks);
const sessions = sessionsOf(blocks);
prepare();
for (const [name, program] of programs) compile(name, program);
const { server, port } = await startServer();
for (const session of sessions) {
  runSession(session, port);
  for (const [name, program] of programs) {
    if (!new RegExp(`(^|[| ])\\./${name.slice(0, -2)}\\b`).test(session.command)) continue;
    program.ran = true;
    runSession({ ...session, command: sanitized(session.command) }, port);
  }
}
server.kill();
for (const [name, { where, ran }] of programs) if (!ran) complain(where, `no session runs ${name}`);
documents.forEach(checkLinks);
checkTargets(blocks);
checkTypes();
const numbers = checkSizes() + checkParts();

for (const complaint of complaints) console.log(complaint);
const counts = [`${programs.size} programs`, `${sessions.length} commands`, `${documents.length} documents`];
console.log(`ran: ${counts.join(', ')}, ${numbers} numbers`);
process.exit(complaints.length ? 1 : 0);
