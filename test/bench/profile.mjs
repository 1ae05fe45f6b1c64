// Where the instructions go: node test/bench/profile.mjs CONTESTANT GROUP. Per byte of body, the functions that take the most,
// and the lines; what a function calls is left out, what is inlined into it counts where it is written.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { bodies, sum, write } from './corpus.mjs';
import { PLAIN, run } from './count_host.mjs';

const [contestant, group] = process.argv.slice(2);
const folder = 'build/bench/profile';
mkdirSync(folder, { recursive: true });

const wanted = bodies.filter((body) => body.group === group).map(({ bytes }) => bytes);
if (wanted.length === 0) throw new Error(`no bodies of the group ${group}`);
const file = write(`${folder}/${group}.bodies`, wanted);
const out = `${folder}/${contestant}-${group}.out`;
await run('valgrind', ['--tool=callgrind', '--collect-atstart=no', '--compress-strings=no', '--compress-pos=no',
  `--callgrind-out-file=${out}`, `build/bench/host/${contestant}`, file, 'all'], PLAIN);

// "Callgrind Format Specification": fl, fi and fe name the file of the lines that follow, fn the function; a line behind
// "calls=" is the cost of that call.
const [functions, lines] = [new Map(), new Map()];
const add = (to, name, count) => to.set(name, (to.get(name) ?? 0) + count);
let [source, name, isCall] = ['', '', false];
for (const line of readFileSync(out, 'utf8').split('\n')) {
  const [, key, value] = /^(fl|fi|fe|fn)=(.*)$/.exec(line) ?? [];
  const [, number, count] = /^(\d+) (\d+)$/.exec(line) ?? [];
  if (key === 'fn') name = value;
  else if (key) source = value;
  else if (line.startsWith('calls=')) isCall = true;
  else if (number && isCall) isCall = false;
  else if (number) {
    add(functions, name, Number(count));
    add(lines, `${source.replace(`${process.cwd()}/`, '')}:${number}`, Number(count));
  }
}

const bytes = sum(wanted.map(({ length }) => length));
const texts = new Map();
function textOf(place) {
  const [, path, number] = /^(.*):(\d+)$/.exec(place);
  if (!texts.has(path)) texts.set(path, existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []);
  return texts.get(path)[number - 1]?.trim() ?? '';
}
const show = (all, most, also) => {
  for (const [key, count] of [...all].sort((a, b) => b[1] - a[1]).slice(0, most))
    console.log(`${(count / bytes).toFixed(2).padStart(8)}  ${key}${also(key)}`);
};

console.log(`${contestant}, ${group}: ${(sum([...functions.values()]) / bytes).toFixed(2)} instructions per byte; by function:`);
show(functions, 25, () => '');
console.log('by line:');
show(lines, 40, (place) => `  ${textOf(place)}`);
