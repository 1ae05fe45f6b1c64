// Runs `rill decode --json` over a file. RILL names the program, else build/rill.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './corpus.mjs';

export const program = process.env.RILL ?? fileURLToPath(new URL('../../../build/rill', import.meta.url));

export const decode = (name, { buffer, tokens, feed }) =>
  new Promise((resolve) => {
    const memory = ['--buffer', buffer, '--tokens', tokens, ...(feed ? ['--feed', feed] : [])].map(String);
    const options = { maxBuffer: 1 << 28, timeout: 60000, encoding: 'utf8' };
    execFile(program, ['decode', '--json', ...memory, join(root, name)], options, (error, stdout, stderr) => {
      const exit = error ? (error.signal ?? error.code) : 0;
      const lines = [];
      const faults = stderr ? [`on stderr: ${stderr.slice(0, 200)}`] : [];
      for (const [i, text] of stdout.split('\n').slice(0, -1).entries()) {
        try {
          lines.push(JSON.parse(text));
        } catch {
          faults.push(`line ${i + 1} is no JSON: ${text.slice(0, 200)}`);
        }
      }
      resolve({ exit, lines, faults });
    });
  });

// Calls `work` for each item, a few at a time.
export async function pool(items, work, width = 2) {
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) await work(item, at);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
