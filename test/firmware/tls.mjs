// Cortex-M3, lwIP, Ethernet and TLS by BearSSL: an answer whole and at full speed when the certificate is right, and no
// connection, with the reason, when it is not. The entropy of these images is a constant: they are for tests only.
import { address, ask, checkText, needs, onlyTo, tellCosts, value, withServers } from './net/image.mjs';
import { hash, ports, startAll, streams } from './net/servers.mjs';
import { check, finish } from './qemu.mjs';

const day = (text) => String(Date.parse(`${text}T12:00:00Z`) / 1000);
const today = day('2026-06-01'); // where the certificates of the tests begin in 2026
const get = (port, path, { time = today, host, options = [] } = {}) =>
  ask('secure', { address, host }, path, { time, options: [...onlyTo(port), ...options] });

needs('secure');
await withServers(startAll, async () => {
  const long = await get(ports.good, '/stream/long');
  checkText('long stream', long, { text: streams.long.text, hash });
  check('long stream: nothing lost', value(long, 'lost') === 0, long.out);
  const [bytes, ms] = [value(long, 'bytes'), value(long, 'milliseconds')];
  console.log(`long stream: ${bytes} bytes in ${ms} ms, ${Math.round(bytes / ms)} kB/s, ${value(long, 'lost')} lost`);

  const refusals = [
    ['another name', ports.good, { host: 'other.example' }, 'the certificate is for another host'],
    ['unknown CA', ports.stranger, {}, 'the certificate is not trusted'],
    ['expired', ports.expired, {}, 'the certificate is not valid at this time'],
    ['not valid yet', ports.good, { time: day('2025-06-01') }, 'the certificate is not valid at this time'],
    ['TLS 1.3 alone', ports.modern, {}, 'no TLS version in common'],
    ['no TLS', ports.plain, {}, 'TLS failed'],
  ];
  for (const [name, port, words, reason] of refusals) {
    const refused = await get(port, '/stream/short', words);
    const got = `status ${refused.code}\n${refused.out}`;
    check(`${name}: refused`, refused.code === 2 && refused.out.includes(`not connected: ${reason}\n`), got);
    check(`${name}: no answer`, Number.isNaN(value(refused, 'http')), got);
    console.log(`${name}: ${reason}`);
  }

  const counted = await get(ports.good, '/stream/short', { options: ['-icount', 'shift=10'] });
  checkText('counted', counted, { text: streams.short.text, hash });
  tellCosts('secure', counted, streams.short.body.length, 'network and TLS');
  const handshake = value(counted, 'instructions of the handshake') / 1e6;
  console.log(`secure: ${handshake.toFixed(1)} million instructions for the handshake`);
});
finish();
