// The firmware of docs/examples, run as it stands: what its console (UART1) shows, with the demo's server at the other end.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';

import { demoText, startDemoServer } from '../examples/servers.mjs';
import { check, finish, start } from './qemu.mjs';

const port = await startDemoServer('build/firmware/examples/captures');
const wanted = demoText();

// Runs an example until its console shows `last`; gives what it showed. The examples themselves go on for ever.
async function consoleOf(example, options, last, seconds = 60) {
  const { child, done } = start('an385', `build/firmware/examples/${example}.elf`, { options, seconds });
  let shown = '';
  child.stdout.on('data', (data) => {
    shown += data;
    if (last.test(shown)) child.kill(); // qemu.sh has become the emulator's parent, which passes it on
  });
  await done;
  return shown;
}

const serial = (backend) => ['-chardev', backend, '-serial', 'chardev:line', '-serial', 'stdio'];

async function overUart(example) {
  const options = serial(`socket,id=line,host=127.0.0.1,port=${port}`);
  const shown = await consoleOf(example, options, /\)\r\n$/);
  check(example, shown === `${wanted.trimEnd()}\r\n(done)\r\n`, shown);
  console.log(`${example}: ${shown.length} bytes on its console`);
}

// The modem is the project's own emulator; it connects to where the example was built to go.
async function cellularModem() {
  const relay = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => near.destroy(far.destroy()));
  });
  await new Promise((done) => relay.listen(25061, '127.0.0.1', done));
  const modem = spawn('node', ['test/modem/emulator.mjs', '--dialect', 'quectel', '--listen', '25062'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => modem.kill());
  await new Promise((done) => modem.stdout.once('data', done)); // it listens
  const shown = await consoleOf('modem', serial('socket,id=line,host=127.0.0.1,port=25062'), /\)\r\n$|the modem: .*\r\n$/);
  check('modem', shown === `${wanted.trimEnd()}\r\n(done)\r\n`, shown);
  console.log(`modem: ${shown.length} bytes on its console`);
  modem.kill();
  relay.close();
}

await overUart('uart_board');
await cellularModem();
if (existsSync('build/firmware/examples/rtos_task.elf')) await overUart('rtos_task');
else console.log('skipped: rtos_task, since ChibiOS could not be had');
finish();
