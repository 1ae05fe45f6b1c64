// Runs `rill decode --json` over a file. RILL names the program, else build/rill.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

// Programs are started by shells that wait for the next: a shell does it in a third of the time that this process takes.
const folder = mkdtempSync(join(tmpdir(), 'rill-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const idle = [];
let shells = 0;

function newShell() {
  const child = spawn('sh', { stdio: ['pipe', 'pipe', 'inherit'] });
  const shell = { child, own: `${folder}/${shells++}`, said: null };
  child.stdout.setEncoding('utf8').on('data', (data) => shell.said(data));
  child.stdin.write('ulimit -t 60\n'); // a program that runs on ends then, in seconds of processor time
  for (const one of [child, child.stdin, child.stdout]) one.unref(); // it ends with this process
  return shell;
}

const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`;

// The exit status is the shell's: 128 and the signal, where one ended the program.
async function run(file, { buffer, tokens, feed, reuse }, input) {
  const words = { '--buffer': buffer, '--tokens': tokens, '--feed': feed, '--reuse': reuse };
  const memory = Object.entries(words).filter(([, value]) => value).flat().map(String);
  const shell = idle.pop() ?? newShell();
  const [given, out, errors] = ['in', 'out', 'errors'].map((name) => `${shell.own}.${name}`);
  if (input !== undefined) writeFileSync(given, input);
  const command = [program, 'decode', '--json', ...memory, file].map(quoted).join(' ');
  const exit = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no end within a minute: ${command}`)), 60000);
    let status = '';
    shell.said = (data) => {
      status += data;
      if (!status.endsWith('\n')) return;
      clearTimeout(late);
      resolve(Number(status));
    };
    shell.child.stdin.write(`${command} <${input === undefined ? '/dev/null' : given} >${out} 2>${errors}; echo $?\n`);
  });
  idle.push(shell);
  return { exit, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(errors, 'utf8') };
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
