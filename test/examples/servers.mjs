// What the examples talk to: the demo's server, on a port of 127.0.0.1 that the system chooses.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';

// Gives its port; the server ends with this program.
export async function startDemoServer(folder) {
  execFileSync('make', ['-s', 'build/demo/server'], { stdio: ['ignore', 'ignore', 'inherit'], env: withoutMake() });
  mkdirSync(folder, { recursive: true });
  const server = spawn('build/demo/server', ['test/demo/answer.sse', 'test/demo/tools.sse', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => server.kill());
  return new Promise((told, failed) => {
    server.stdout.once('data', (data) => told(Number(String(data).trim())));
    server.once('exit', () => failed(new Error('the server of the demo does not start')));
  });
}

// make's own variables would make an inner make a part of the outer one's job server.
export function withoutMake() {
  const environment = { ...process.env };
  for (const name of ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL']) delete environment[name];
  return environment;
}

// The text that the demo's server streams.
export const demoText = () => execFileSync('build/rill', ['decode', 'test/demo/answer.sse'], { encoding: 'utf8' });
