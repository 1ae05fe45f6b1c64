// Runs `rill decode --json` over a file. RILL names the program, else build/rill.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './corpus.mjs';

export const program = process.env.RILL ?? fileURLToPath(new URL('../../../build/rill', import.meta.url));

export const linesOf = (stdout, faults) =>
  stdout.split('\n').slice(0, -1).flatMap((text, i) => {
    try {
      return [JSON.parse(text)];
    } catch {
      faults.push(`line ${i + 1} is no JSON: ${text.slice(0, 200)}`);
      return [];
    }
  });

function run(file, { buffer, tokens, feed, reuse }, input) {
  return new Promise((resolve) => {
    const words = { '--buffer': buffer, '--tokens': tokens, '--feed': feed, '--reuse': reuse };
    const memory = Object.entries(words).filter(([, value]) => value).flat().map(String);
    const options = { maxBuffer: 1 << 28, timeout: 60000, encoding: 'utf8' };
    const child = execFile(program, ['decode', '--json', ...memory, file], options, (error, stdout, stderr) =>
      resolve({ exit: error ? (error.signal ?? error.code) : 0, stdout, stderr }),
    );
    child.stdin.on('error', () => {}); // rill may end before it has read everything
    child.stdin.end(input);
  });
}

async function lines(file, memory, input) {
  const { exit, stdout, stderr } = await run(file, memory, input);
  const faults = stderr ? [`on stderr: ${stderr.slice(0, 200)}`] : [];
  return { exit, lines: linesOf(stdout, faults), faults };
}

// What the program printed of a file of the corpus.
export const decodeText = (name, memory) => run(join(root, name), memory);

// A file of the corpus, or the bytes of an answer.
export const decode = (name, memory) => lines(join(root, name), memory);
export const decodeInput = (input, memory) => lines('-', memory, input);

// Calls `work` for each item, a few at a time.
export async function pool(items, work, width = 2) {
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) await work(item, at);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
