// Cortex-M3, lwIP and SLIP over the UART; the other end is Debian's slirp, behind a relay that can damage bytes.
import { spawn } from 'node:child_process';
import net from 'node:net';

import { ask, checkText, needs, tellCosts, value, withServers } from './net/image.mjs';
import { hash, ports, startAll, streams } from './net/servers.mjs';
import { check, finish } from './qemu.mjs';

const PORT = 24957;
const server = { address: '10.0.2.2', port: ports.plain }; // slirp's name for this machine

// Takes one connection, the emulator's UART, and joins it to a slirp of its own. Each `damage`-th byte to the board is
// another one than was sent; 0: none.
function line(damage) {
  let count = 0;
  const spoil = (bytes) => {
    if (damage === 0) return bytes;
    for (let i = 0; i < bytes.length; i++) if (++count % damage === 0) bytes[i] ^= 0x55;
    return bytes;
  };
  return new Promise((ready) => {
    const listener = net.createServer((uart) => {
      const slirp = spawn('socat', ['-', 'EXEC:slirp-fullbolt,pty,raw,echo=0'], {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: { ...process.env, HOME: '/nonexistent' },
      });
      uart.on('data', (bytes) => slirp.stdin.write(bytes));
      slirp.stdout.on('data', (bytes) => uart.write(spoil(bytes)));
      for (const end of [uart, slirp, slirp.stdin]) end.on('error', () => {});
      uart.on('close', () => slirp.kill());
      listener.close();
    });
    listener.listen(PORT, '127.0.0.1', ready);
  });
}

async function overLine(damage, extra = []) {
  await line(damage);
  return ask('slip', server, '/stream/small', { options: ['-nic', 'none', '-serial', `tcp:127.0.0.1:${PORT}`, ...extra] });
}

needs('slip');
await withServers(startAll, async () => {
  const { text, body } = streams.small;
  const clean = await overLine(0);
  checkText('clean line', clean, { text, hash });
  check('clean line: nothing lost', value(clean, 'lost') === 0, clean.out);
  const [bytes, ms] = [value(clean, 'bytes'), value(clean, 'milliseconds')];
  console.log(`clean line: ${bytes} bytes in ${ms} ms, ${Math.round(bytes / ms)} kB/s, ${value(clean, 'lost')} lost`);

  // each packet with a damaged byte is thrown away, and TCP sends it again
  const noisy = await overLine(12000);
  checkText('noisy line', noisy, { text, hash });
  check('noisy line: packets lost', value(noisy, 'lost') > 0, noisy.out);
  console.log(`noisy line: ${value(noisy, 'milliseconds')} ms, ${value(noisy, 'lost')} packets lost and sent again`);

  const counted = await overLine(0, ['-icount', 'shift=10']);
  checkText('counted', counted, { text, hash });
  tellCosts('slip', counted, body.length);
});
finish();
