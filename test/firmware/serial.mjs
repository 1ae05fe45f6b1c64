// Cortex-M3, lwIP, and SLIP or PPP over the UART; the other end is Debian's slirp, behind a relay that can damage bytes.
import { spawn } from 'node:child_process';
import net from 'node:net';

import { ask, checkText, needs, tellCosts, value, withServers } from './net/image.mjs';
import { hash, ports, startAll, streams } from './net/servers.mjs';
import { check, finish } from './qemu.mjs';

const PORT = 24957;
const server = { address: '10.0.2.2', port: ports.plain }; // slirp's name for this machine
const peers = { slip: 'slirp-fullbolt', ppp: 'slirp-fullbolt ppp' };

// Takes one connection, the emulator's UART, and joins it to a slirp of its own. Each `damage`-th byte to the board is
// another one than was sent; 0: none.
function line(peer, damage) {
  let count = 0;
  const spoil = (bytes) => {
    if (damage === 0) return bytes;
    for (let i = 0; i < bytes.length; i++) if (++count % damage === 0) bytes[i] ^= 0x55;
    return bytes;
  };
  return new Promise((ready) => {
    const listener = net.createServer((uart) => {
      const slirp = spawn('socat', ['-', `EXEC:${peer},pty,raw,echo=0`], {
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

async function overLine(image, damage, extra = []) {
  await line(peers[image], damage);
  const options = ['-nic', 'none', '-serial', `tcp:127.0.0.1:${PORT}`, ...extra];
  return ask(image, server, '/stream/small', { options });
}

for (const image of Object.keys(peers)) needs(image);
await withServers(startAll, async () => {
  const { text, body } = streams.small;
  for (const image of Object.keys(peers)) {
    const clean = await overLine(image, 0);
    checkText(`${image}, clean line`, clean, { text, hash });
    check(`${image}, clean line: nothing lost`, value(clean, 'lost') === 0, clean.out);
    const [bytes, ms] = [value(clean, 'bytes'), value(clean, 'milliseconds')];
    console.log(`${image}: ${bytes} bytes in ${ms} ms, ${Math.round(bytes / ms)} kB/s, ${value(clean, 'lost')} lost`);

    // each packet with a damaged byte is thrown away, and TCP sends it again
    const noisy = await overLine(image, 12000);
    checkText(`${image}, noisy line`, noisy, { text, hash });
    check(`${image}, noisy line: packets lost`, value(noisy, 'lost') > 0, noisy.out);
    console.log(`${image}, noisy line: ${value(noisy, 'milliseconds')} ms, ${value(noisy, 'lost')} packets lost and sent again`);

    const counted = await overLine(image, 0, ['-icount', 'shift=10']);
    checkText(`${image}, counted`, counted, { text, hash });
    tellCosts(image, counted, body.length, 'the network, the interrupt of each byte included');
  }
});
finish();
