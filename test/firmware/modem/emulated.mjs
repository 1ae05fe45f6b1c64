// An image with the project's modem emulator at the other end of its UART.
import { spawn } from 'node:child_process';

import { run } from '../qemu.mjs';

const LINES = 25110; // TCP ports of the lines, by slot

export async function throughEmulator(slot, { board, image, faults, server, openMs = 60000, stallMs = 20000 }) {
  const line = LINES + slot;
  const modem = image.replace('_active', '').replace('_', '-');
  const words = ['--dialect', modem, '--listen', String(line), ...faults.flatMap((fault) => ['--fault', fault])];
  const emulator = spawn('node', ['test/modem/emulator.mjs', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((done) => emulator.once('close', done));
  try {
    await new Promise((listening) => emulator.stdout.once('data', listening));
    const options = ['-chardev', `socket,id=line,host=127.0.0.1,port=${line}`, '-serial', 'chardev:line'];
    return await run(board, `modem/${image}`, { options, words: [server.port, openMs, stallMs], seconds: 120 });
  } finally {
    emulator.kill();
    await gone;
  }
}
