// Runs `rill decode --json` over a file. RILL names the program, else build/rill.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './corpus.mjs';

export const program = process.env.RILL ?? fileURLToPath(new URL('../../../build/rill', import.meta.url));

const linesOf = (stdout, faults) =>
  stdout.split('\n').slice(0, -1).flatMap((text, i) => {
    try {
      return [JSON.parse(text)];
    } catch {
      faults.push(`line ${i + 1} is no JSON: ${text.slice(0, 200)}`);
      return [];
    }
  });

function run(file, { buffer, tokens, feed }, input) {
  return new Promise((resolve) => {
    const memory = ['--buffer', buffer, '--tokens', tokens, ...(feed ? ['--feed', feed] : [])].map(String);
    const options = { maxBuffer: 1 << 28, timeout: 60000, encoding: 'utf8' };
    const child = execFile(program, ['decode', '--json', ...memory, file], options, (error, stdout, stderr) => {
      const exit = error ? (error.signal ?? error.code) : 0;
      const faults = stderr ? [`on stderr: ${stderr.slice(0, 200)}`] : [];
      resolve({ exit, lines: linesOf(stdout, faults), faults });
    });
    child.stdin.on('error', () => {}); // rill may end before it has read everything
    child.stdin.end(input);
  });
}

// A file of the corpus, or the bytes of an answer.
export const decode = (name, memory) => run(join(root, name), memory);
export const decodeInput = (input, memory) => run('-', memory, input);

// Calls `work` for each item, a few at a time.
export async function pool(items, work, width = 2) {
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) await work(item, at);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
