// Reads the compiler's call graphs (gcc -fcallgraph-info=su): the deepest stack below each function that the world may
// call, or, with --recursion, whether any function reaches itself.
import { readFileSync } from 'node:fs';

const frames = new Map(); // function -> bytes of its own frame
const calls = new Map(); // function -> the functions it calls
const recursion = process.argv[2] === '--recursion';
const only = process.argv[2] === '--of' ? process.argv[3] : null;
const files = process.argv.slice(recursion ? 3 : only ? 4 : 2);

// Static functions are titled "file.c:name"; the file keeps those of one name apart.
for (const file of files) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const node = /^node: \{ title: "([^"]+)" label: "([^"]*)"/.exec(line);
    const edge = /^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/.exec(line);
    if (node) {
      const bytes = /(\d+) bytes \((static|dynamic[^)]*)\)/.exec(node[2]);
      if (bytes) {
        if (bytes[2] !== 'static') {
          console.log(`${node[1]}: a frame of no fixed size`);
          process.exitCode = 1;
        }
        frames.set(node[1], Number(bytes[1]));
      }
    } else if (edge) {
      if (!calls.has(edge[1])) calls.set(edge[1], new Set());
      calls.get(edge[1]).add(edge[2]);
    }
  }
}

const known = new Map(); // function -> { bytes, path }

function deepest(name, open) {
  if (open.has(name)) throw new Error(`recursion: ${[...open, name].join(' -> ')}`);
  if (known.has(name)) return known.get(name);
  open.add(name);
  let below = { bytes: 0, path: [] };
  for (const callee of calls.get(name) ?? []) {
    const candidate = deepest(callee, open);
    if (candidate.bytes > below.bytes) below = candidate;
  }
  open.delete(name);
  const result = { bytes: (frames.get(name) ?? 0) + below.bytes, path: [name.replace(/^.*:/, ''), ...below.path] };
  known.set(name, result);
  return result;
}

try {
  for (const name of frames.keys()) deepest(name, new Set());
} catch (error) {
  console.log(error.message);
  process.exit(1);
}
if (recursion) {
  console.log(`recursion: 0 found in ${frames.size} functions`);
} else {
  for (const [name, { bytes, path }] of [...known].sort((a, b) => b[1].bytes - a[1].bytes))
    if (frames.has(name) && !name.includes(':') && (!only || name === only))
      console.log(`${String(bytes).padStart(6)}  ${path.join(' > ')}`);
}
