// The firmware of docs/examples, run as it stands: what its console (UART1) shows, with the demo's server at the other end.
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

async function uartBoard() {
  const options = serial(`socket,id=line,host=127.0.0.1,port=${port}`);
  const shown = await consoleOf('uart_board', options, /\((done|ended|cut off|[\w ':]+)\)\r\n$/);
  check('uart_board', shown === `${wanted.trimEnd()}\r\n(done)\r\n`, shown);
  console.log(`uart_board: ${shown.length} bytes on its console`);
}

await uartBoard();
finish();
