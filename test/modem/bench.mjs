// For tests: starts emulators, plays the DTE, and has TCP and TLS servers for the modem to go to. Ports 24850-24899.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import tls from 'node:tls';

const EMULATOR = fileURLToPath(new URL('emulator.mjs', import.meta.url));
const FIRST_PORT = 24850;
const PORTS = 50;
const LIMIT_MS = 10000; // for each thing that is waited for

let ports = 0;
export const nextPort = () => FIRST_PORT + (ports++ % PORTS);

// The other end of a serial line. `received` holds what has come and was not expected yet.
export class Dte {
  constructor(socket) {
    this.socket = socket;
    this.received = '';
    this.ended = false;
    socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
      this.wake?.();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
      this.wake?.();
    });
  }

  send(text) {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  // Waits until `ready()` gives something; `what` is for the message when it does not come.
  async until(ready, what, limit = LIMIT_MS) {
    const deadline = Date.now() + limit;
    for (;;) {
      const value = ready();
      if (value) return value;
      const left = deadline - Date.now();
      if (left <= 0) assert.fail(`${what} did not come; there is ${JSON.stringify(this.received)}`);
      await new Promise((done) => {
        const timer = setTimeout(done, Math.min(left, 20)); // the condition may be of another place
        this.wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  }

  // The next bytes are these.
  async expect(text) {
    await this.until(() => {
      const start = this.received.slice(0, text.length);
      assert.ok(text.startsWith(start), `${JSON.stringify(text)} was due, but here is ${JSON.stringify(this.received)}`);
      return start.length === text.length;
    }, JSON.stringify(text));
    this.received = this.received.slice(text.length);
  }

  // The next line that is not empty is this one, or matches.
  async line(wanted) {
    const found = await this.until(() => /^[\r\n]*([^\r\n]+)\r+\n/.exec(this.received), String(wanted));
    if (wanted instanceof RegExp) assert.match(found[1], wanted);
    else assert.equal(found[1], wanted);
    this.received = this.received.slice(found[0].length);
    return found[1];
  }

  // Everything up to and with a text.
  async through(text) {
    const end = await this.until(() => this.received.indexOf(text) + 1, JSON.stringify(text));
    const part = this.received.slice(0, end - 1 + text.length);
    this.received = this.received.slice(part.length);
    return part;
  }

  // Nothing comes for so long.
  async nothing(ms) {
    await new Promise((done) => setTimeout(done, ms));
    assert.equal(this.received, '');
  }

  // Plays a transcript, one step a line: `> command`, `< line that comes`, `>> bytes sent`, `<< bytes that come` (with
  // JSON escapes). Spaces in front do not count.
  async play(transcript, { lineEnd = '\r' } = {}) {
    for (const step of transcript.split('\n').map((text) => text.trim()).filter(Boolean)) {
      const [sign, rest] = [step.slice(0, step.indexOf(' ')), step.slice(step.indexOf(' ') + 1)];
      if (sign === '>') this.send(rest + lineEnd);
      else if (sign === '<') await this.line(rest);
      else if (sign === '>>') this.send(JSON.parse(`"${rest}"`));
      else if (sign === '<<') await this.expect(JSON.parse(`"${rest}"`));
      else throw new Error(`not a step: ${step}`);
    }
  }
}

// An emulator with a DTE; both end with the test.
export async function modem(test, dialect, { faults = [], options = [], banner } = {}) {
  const port = nextPort();
  const misbehaving = faults.flatMap((fault) => ['--fault', fault]);
  const args = ['--dialect', dialect, '--listen', port, ...misbehaving, ...options];
  const { process: child } = await emulator(test, args);
  const dte = new Dte(net.connect(port, '127.0.0.1'));
  test.after(() => dte.socket.destroy());
  for (const line of banner ?? []) await dte.line(line);
  return Object.assign(dte, { child, port });
}

export async function emulator(test, args) {
  const child = spawn(process.execPath, [EMULATOR, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  test.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  let errors = '';
  child.stderr.on('data', (bytes) => (errors += bytes));
  child.on('exit', (code) => code && process.stderr.write(errors)); // it failed by itself
  const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => assert.fail(errors))]);
  return { process: child, first: first[0].toString() };
}

// A server that answers each connection's first bytes. `answer`: bytes, or a function of what came; it closes then,
// unless `open` is set. `secure`: { key, cert } for TLS.
export async function server(test, answer, { open = false, secure } = {}) {
  const port = nextPort();
  const seen = { port, received: '', connections: [] };
  const serve = (socket) => {
    seen.connections.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      seen.received += bytes.toString('latin1');
      const bytesBack = typeof answer === 'function' ? answer(seen.received) : answer;
      if (!bytesBack || socket.answered) return;
      socket.answered = true;
      socket.write(bytesBack);
      if (!open) socket.end();
    });
  };
  const listener = secure ? tls.createServer(secure, serve) : net.createServer(serve);
  listener.on('tlsClientError', () => {});
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  test.after(() => {
    for (const socket of seen.connections) socket.destroy();
    listener.close();
  });
  return seen;
}
