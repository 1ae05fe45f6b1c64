#!/usr/bin/env node
// A modem for tests, written from the vendors' manuals: see README.md. Its serial line is a TCP connection on this
// machine, and so is every connection that it makes.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { parseArgs } from 'node:util';
import { faults as faultTable, readFaults } from './faults.mjs';
import { Serial } from './serial.mjs';

const dialects = ['quectel', 'simcom', 'ublox', 'esp-at', 'nordic-slm', 'hayes'];

const usage = () => `emulator.mjs --dialect ${dialects.join('|')} --listen PORT|--connect PORT
    [--fault NAME[:ARG]]... [--echo on|off] [--seed N] [--log FILE] [--baud N] [--ca FILE]

    --listen PORT    waits on 127.0.0.1 for one DTE after the other (0: any port) and prints "listening PORT"
    --connect PORT   goes to a serial line that waits on 127.0.0.1
    --echo on|off    the echo at power-on, instead of the dialect's own
    --seed N         of the faults that draw lots (1)
    --log FILE       what went over the line
    --baud N         speed towards the DTE
    --ca FILE        the certificates that the modem has been given, PEM

faults:
${faultTable.map(({ name, argument = '', text }) => `    ${`${name}${argument}`.padEnd(24)} ${text}`).join('\n')}
`;

// mulberry32: a small generator of numbers; the same seed gives the same faults.
function numbers(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function logger(file) {
  if (!file) return () => {};
  writeFileSync(file, '');
  const started = Date.now();
  return (who, bytes) => {
    const ms = String(Date.now() - started).padStart(7);
    appendFileSync(file, `${ms} ${who} ${JSON.stringify(bytes.toString('latin1'))}\n`);
  };
}

function options() {
  const { values } = parseArgs({
    options: {
      dialect: { type: 'string' },
      listen: { type: 'string' },
      connect: { type: 'string' },
      fault: { type: 'string', multiple: true, default: [] },
      echo: { type: 'string' },
      seed: { type: 'string', default: '1' },
      log: { type: 'string' },
      baud: { type: 'string', default: '0' },
      ca: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(usage());
    process.exit(0);
  }
  if (!dialects.includes(values.dialect)) throw new Error(`--dialect is one of ${dialects.join(', ')}`);
  if ((values.listen === undefined) === (values.connect === undefined)) throw new Error('--listen or --connect');
  return values;
}

// Serves one DTE from power-on until it goes away. A restart is a new modem on the same line.
function serve(socket, Dialect, { values, faults, random, log, memory }) {
  const serial = new Serial(socket, { baud: Number(values.baud), faults, random, log });
  const echo = values.echo === undefined ? undefined : values.echo === 'on';
  const ca = values.ca && readFileSync(values.ca);
  let modem;
  const power = () => {
    modem = new Dialect({ serial, faults, ca, echo, restart, memory });
    modem.start();
  };
  const restart = () => {
    modem.stop();
    setTimeout(() => socket.destroyed || power(), modem.bootMs);
  };
  serial.on('close', () => modem.stop());
  power();
}

async function main() {
  const values = options();
  const faults = readFaults(values.fault, values.dialect);
  const { default: Dialect } = await import(`./dialects/${values.dialect}.mjs`);
  const shared = { values, faults, memory: {}, random: numbers(Number(values.seed)), log: logger(values.log) };
  process.on('SIGTERM', () => process.exit(0));

  if (values.connect !== undefined) {
    const connect = () => {
      const socket = net.connect(Number(values.connect), '127.0.0.1');
      socket.once('connect', () => {
        process.stdout.write(`connected ${values.connect}\n`);
        serve(socket, Dialect, shared);
      });
      socket.on('error', () => {});
      socket.once('close', () => setTimeout(connect, 100)); // the other side is not there yet, or comes back
    };
    connect();
    return;
  }
  let current;
  const server = net.createServer((socket) => {
    current?.destroy(); // one line, one DTE: the newer one has it
    current = socket;
    serve(socket, Dialect, shared);
  });
  server.listen(Number(values.listen), '127.0.0.1', () => {
    process.stdout.write(`listening ${server.address().port}\n`);
  });
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n\n${usage()}`);
  process.exit(2);
});
