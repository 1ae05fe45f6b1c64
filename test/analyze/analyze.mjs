// Static analysis of what goes into firmware: cppcheck with MISRA C:2012, gcc -fanalyzer, clang-tidy, scan-build.
// A finding passes only when a numbered row of docs/misra.md covers it, and a row that covers nothing any more is a failure.
//
//   node test/analyze/analyze.mjs          all tools; what each said is in build/analyze
//   node test/analyze/analyze.mjs cppcheck only this one: then rows are not asked for what they cover
//   ... --list                             prints every finding with the row that covers it
//   ... --again                            reads what the tools said last time, to see what a change of the table does
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const place = 'build/analyze';
mkdirSync(place, { recursive: true });

// ---- what is looked at: the library and the ports for boards, not the one for POSIX
const lwip = 'build/sources/lwip';
const folders = {
  src: [],
  'port/uart': [],
  'port/modem': [],
  'port/template': [],
  'port/tls': ['-isystem', '/usr/include', '-DRILL_WITH_BEARSSL'],
  'port/rtos': ['-isystem', 'test/rtos/standin'],
  'port/lwip': ['-isystem', `${lwip}/src/include`, '-isystem', `${lwip}/port/include`],
};
const own = {
  'port/rtos/chibios.c': null, // its headers come from npm, under the GPL
  'port/lwip/lwip_raw.c': ['-Itest/lwip/raw'],
  'port/lwip/lwip_sockets.c': ['-Itest/lwip/sockets', '-D_POSIX_C_SOURCE=200809L'],
};
const skipped = [];
const sources = Object.entries(folders).flatMap(([folder, flags]) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .map((name) => `${folder}/${name}`)
    .filter((file) => own[file] !== null)
    .filter(() => folder !== 'port/lwip' || existsSync(lwip) || !skipped.push('skipped: port/lwip: its sources are not here'))
    .map((file) => ({ file, flags: [...flags, ...(own[file] ?? [])] })),
);
const include = ['-Iinclude', '-Iport/uart', '-Iport/modem', '-Iport/rtos', '-Iport/template', '-Iport/tls'];

// Files with two ways, for speed and for size (src/words.h), are looked at as both.
const small = sources
  .filter(({ file }) => /RILL_(RUNS|WORDS|VECTORS)|words\.h|sieve_inside\.h/.test(readFileSync(file, 'utf8')))
  .map(({ file, flags }) => ({ file, flags: [...flags, '-DRILL_NO_RUNS'] }));
const both = [...sources, ...small];

// ---- the tools: each gives jobs, a job is a command
const BATCHES = 8;
const python = '/usr/bin/python3';
const misra = '--template={file}:{line}: {id}: {message}';
const tools = {
  // All files in one process: some rules are about the whole. The types are those of a 32-bit core. The system's python is
  // named since it is started for each file: a version manager's stand-in for it takes longer than the look at the file.
  cppcheck: () => [
    ['cppcheck', '--quiet', '--std=c99', '--platform=arm32-wchar_t4', '--addon=misra',
      ...(existsSync(python) ? [`--addon-python=${python}`] : []), '--enable=warning,performance,portability',
      `--cppcheck-build-dir=${place}/cppcheck`, '--suppress=*:/usr/include/*', '--suppress=*:test/*', misra, ...include,
      ...sources.map(({ file }) => file)],
  ],
  fanalyzer: () => [
    ...both.map(({ file, flags }) => ['gcc', '-std=c99', '-O2', '-fanalyzer', '-Wall', '-Wextra', ...include, ...flags, '-c', file,
      '-o', '/dev/null']),
    ...sources.filter(({ file }) => file.startsWith('src/')).map(({ file, flags }) => ['arm-none-eabi-gcc', '-std=c99', '-Os',
      '-mcpu=cortex-m0plus', '-mthumb', '-fanalyzer', ...include, ...flags, '-idirafter', '/usr/include', '-c', file, '-o',
      '/dev/null']),
  ],
  // clang-analyzer-* is scan-build's. Parameters that could be swapped: see docs/misra.md, "What is not asked".
  'clang-tidy': () => both.map(({ file, flags }) => ['clang-tidy', '--quiet',
    '--checks=-*,bugprone-*,cert-*,misc-*,performance-*,portability-*,-bugprone-easily-swappable-parameters', '--header-filter=.*',
    file, '--', '-std=c99', ...include, ...flags]),
  // Some files in each run of it, since a third of the time of one is its own.
  'scan-build': () => Array.from({ length: BATCHES }, (_, i) => ['scan-build', '-o', `${place}/scan-build/${i}`, '--use-cc=clang',
    '-enable-checker', 'security.insecureAPI.rand,security.insecureAPI.strcpy,optin.portability.UnixAPI,valist,nullability',
    'sh', '-ec', both.filter((_, at) => at % BATCHES === i)
      .map(({ file, flags }) => ['$CC', '-std=c99', ...include, ...flags, '-fsyntax-only', '-c', file].join(' ')).join('\n')]),
};

// ---- findings
const patterns = {
  cppcheck: /^(\S+?):(\d+): (?:misra-c2012-)?([\w.-]+): (.*)$/,
  fanalyzer: /^(\S+?):(\d+):\d+: (?:warning|error): (.*?) \[(-W[^\]]+)\]$/,
  'clang-tidy': /^(\S+?):(\d+):\d+: (?:warning|error): (.*) \[([^\]]+)\]$/,
  'scan-build': /^(\S+?):(\d+):\d+: (?:warning|error): (.*) \[([^\]]+)\]$/,
};

const run = ([command, ...words]) =>
  new Promise((resolve) => {
    execFile(command, words, { maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ text: `${stdout}${stderr}`, code: error ? error.code : 0, line: [command, ...words].join(' ') }));
  });

const here = `${process.cwd()}/`;
const findings = new Map();
const take = (tool, text) => {
  for (const row of text.split('\n')) {
    const match = patterns[tool].exec(row);
    if (!match) continue;
    const [rule, message] = tool === 'cppcheck' ? [match[3], match[4]] : [match[4], match[3]];
    const file = match[1].replace(here, '').replace(/^\.\//, '');
    if (file.startsWith('/') || file.startsWith('build/')) continue; // a system's header
    for (const one of rule.split(',')) findings.set(`${one} ${file}:${match[2]}`, { tool, rule: one, file, line: Number(match[2]), message });
  }
};

const chosen = process.argv.slice(2).filter((word) => !word.startsWith('--'));
for (const name of chosen) if (!tools[name]) throw new Error(`no such tool: ${name}`);
const names = chosen.length ? chosen : Object.keys(tools);
const again = process.argv.includes('--again');
if (again) for (const tool of names) take(tool, readFileSync(`${place}/${tool}.txt`, 'utf8'));
else
  for (const folder of ['cppcheck', 'scan-build']) {
    rmSync(`${place}/${folder}`, { recursive: true, force: true });
    mkdirSync(`${place}/${folder}`);
  }
const jobs = again ? [] : names.flatMap((tool) => tools[tool]().map((words) => ({ tool, words })));
const said = Object.fromEntries(names.map((tool) => [tool, '']));
let broken = 0;
const work = async () => {
  for (let job = jobs.shift(); job; job = jobs.shift()) {
    const { text, code, line } = await run(job.words);
    said[job.tool] += text;
    take(job.tool, text);
    // Findings alone are no reason for an exit code; a tool that fails has not looked.
    if (code !== 0 || /: (fatal )?error: /.test(text)) {
      console.log(`failed (${code}): ${line}\n${text.split('\n').slice(0, 20).join('\n')}`);
      broken++;
    }
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, work));
for (const tool of again ? [] : names) writeFileSync(`${place}/${tool}.txt`, said[tool]);

// ---- deviations: | number | rules | where | reason |
const text = new Map();
const lines = (file) => text.get(file) ?? (text.set(file, readFileSync(file, 'utf8').split('\n')), text.get(file));
const quoted = (cell) => [...cell.matchAll(/`` (.+?) ``|`([^`]+)`/g)].map((match) => match[1] ?? match[2]);
const deviations = readFileSync('docs/misra.md', 'utf8')
  .split('\n')
  .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
  .filter((cells) => /^\d+$/.test(cells[1]))
  .map(([, number, rules, where]) => ({
    number,
    rules: quoted(rules),
    everywhere: where === 'everywhere',
    texts: quoted(where),
    used: new Set(),
  }));

// The line itself and the one above it: what is found is often the part of a statement that begins there.
const covers = (deviation, finding) => {
  if (!deviation.rules.includes(finding.rule)) return false;
  const near = lines(finding.file).slice(Math.max(0, finding.line - 2), finding.line);
  const found = deviation.texts.filter((words) => near.some((line) => line.includes(words)));
  const named = near.some((line) => new RegExp(`\\bdeviation ${deviation.number}\\b`).test(line));
  if (!deviation.everywhere && found.length === 0 && !named) return false;
  for (const what of [finding.rule, ...found, `at ${finding.file}:${finding.line}`]) deviation.used.add(what);
  return true;
};

let open = 0;
for (const finding of [...findings.values()].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)) {
  const by = deviations.filter((deviation) => covers(deviation, finding));
  const where = `${finding.file}:${finding.line}: ${finding.rule} (${finding.tool}) ${finding.message.replace(/misra violation.*/, '')}`;
  if (by.length === 0) {
    open++;
    console.log(`finding: ${where}\n    ${(lines(finding.file)[finding.line - 1] ?? '').trim()}`);
  } else if (process.argv.includes('--list')) console.log(`deviation ${by[0].number}: ${where}`);
}

// ---- rows and comments that cover nothing
let stale = 0;
const complain = (what) => {
  stale++;
  console.log(`stale: ${what}`);
};
const commented = [...sources.map(({ file }) => file), ...readdirSync('include/rill').map((name) => `include/rill/${name}`),
  ...Object.keys(folders).flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.h')).map((name) => `${folder}/${name}`))];
if (chosen.length === 0 && skipped.length === 0) {
  for (const { number, rules, texts, used } of deviations) {
    for (const rule of rules) if (!used.has(rule)) complain(`deviation ${number}: nothing breaks ${rule} there`);
    for (const words of texts) if (!used.has(words)) complain(`deviation ${number}: no finding in a line with ${words}`);
  }
  for (const file of commented)
    lines(file).forEach((line, i) => {
      for (const [, number] of line.matchAll(/\bdeviation (\d+)\b/g)) {
        const used = deviations.find((deviation) => deviation.number === number)?.used;
        if (![i + 1, i + 2].some((at) => used?.has(`at ${file}:${at}`))) complain(`${file}:${i + 1}: deviation ${number} covers nothing`);
      }
    });
}

for (const why of new Set(skipped)) console.log(why);
console.log(`ran: ${names.join(', ')} over ${sources.length} files: ${findings.size} findings under ${deviations.length} deviations`);
console.log(`${findings.size - open} passed, ${open + stale + broken} failed`);
process.exitCode = open + stale + broken === 0 ? 0 : 1;
