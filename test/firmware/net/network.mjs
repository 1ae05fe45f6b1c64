// The Cortex-M3 image on the emulated Ethernet: DHCP, request, chunked answers of servers that are not ours.
import { check, counted, finish, run, valueOf } from '../qemu.mjs';
import { hash, host, ports, startAll, stopAll, streams } from './servers.mjs';

// The board reaches the one server it is given, and nothing else: restrict=on, but for 10.0.2.100.
const nic = (port) => ['-nic', `user,model=lan9118,restrict=on,guestfwd=tcp:10.0.2.100:80-cmd:socat - TCP4:127.0.0.1:${port}`];
const image = (process.env.FW ?? 'build/firmware') + '/net/network.elf';
const ask = (port, path, { message = 'hello', options = [] } = {}) =>
  run('an385', image, { options: [...nic(port), ...options], words: ['-', '10.0.2.100', '80', host, path, message], seconds: 60 });

await startAll();
try {
for (const [port, path, options] of [[ports.plain, '/stream/short'], [ports.plain, '/stream/long'], [ports.plain, '/stream/short', counted.map(x=>x.replace(',sleep=off',''))]]) {
  const r = await ask(port, path, { options });
  console.log(r, path, hash(streams[path.slice(8)].text), streams[path.slice(8)].text.length);
}
} finally { stopAll(); }
finish();
