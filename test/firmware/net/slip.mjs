import { check, counted, finish, start, valueOf } from '../qemu.mjs';
import { spawn } from 'node:child_process';
import net from 'node:net';
import { hash, host, ports, startAll, stopAll, streams } from './servers.mjs';
const port = 24957;
const image = (process.env.FW ?? 'build/firmware') + '/net/slip.elf';
await startAll();
function relay() { return new Promise((ok) => {
  const server = net.createServer((socket) => {
    const child = spawn('socat', ['-', 'EXEC:slirp-fullbolt,pty,raw,echo=0'], {stdio: ['pipe','pipe','inherit'], env: {...process.env, HOME: 'build/net'}});
    socket.on('data', (d) => child.stdin.write(d));
    child.stdout.on('data', (d) => socket.write(d));
    socket.on('error', () => {});
    child.stdin.on('error', () => {});
    socket.on('close', () => { child.stdin.end(); child.kill(); server.close(); });
  });
  server.listen(port, '127.0.0.1', ok);
}); }
for (const path of ['/stream/short', '/stream/short']) {
  await relay();
  const t = Date.now();
  const {done} = start('an385', image, { options: ['-nic', 'none', '-serial', `tcp:127.0.0.1:${port}`], words: ['-', '10.0.2.2', String(ports.plain), host, path, 'hello'], seconds: 60 });
  console.log(await done, Date.now() - t, hash(streams[path.slice(8)].text));
}
stopAll();
