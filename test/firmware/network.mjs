// Cortex-M3, lwIP and Ethernet: DHCP, a request, chunked answers of servers that are not ours, at full speed.
import { readFileSync } from 'node:fs';

import { address, ask, checkText, needs, onlyTo, tellCosts, value, withServers } from './net/image.mjs';
import { hash, ports, startAll, streams } from './net/servers.mjs';
import { check, finish } from './qemu.mjs';

needs('network');
await withServers(startAll, async () => {
  // aimock's answer, as it comes
  const fixtures = JSON.parse(readFileSync('test/peers/fixtures.json', 'utf8')).fixtures;
  const { content } = fixtures.find(({ match }) => match.userMessage === 'one long event').response;
  const options = onlyTo(ports.plain);
  const answered = await ask('network', { address }, '/v1/chat/completions', { options, message: 'one long event' });
  checkText('aimock', answered, { text: Buffer.from(content), hash });
  check('aimock: nothing lost', value(answered, 'lost') === 0, answered.out);

  // a long stream, as fast as nginx sends
  const long = await ask('network', { address }, '/stream/long', { options });
  checkText('long stream', long, { text: streams.long.text, hash });
  check('long stream: nothing lost', value(long, 'lost') === 0, long.out);
  const [bytes, ms] = [value(long, 'bytes'), value(long, 'milliseconds')];
  console.log(`long stream: ${bytes} bytes in ${ms} ms, ${Math.round(bytes / ms)} kB/s, ${value(long, 'lost')} lost`);

  // nothing else is reached: the machine that runs the emulator would be 10.0.2.2
  const elsewhere = await ask('network', { address: '10.0.2.2', port: ports.plain }, '/stream/short', { options });
  check('elsewhere', elsewhere.code === 2 && /^not connected: /m.test(elsewhere.out), elsewhere.out);

  // the server behind nginx is not there: an error with its status, and no text
  const refused = await ask('network', { address }, '/nobody/', { options });
  check('nobody', refused.code === 1 && value(refused, 'http') === 502 && value(refused, 'text') === 0, refused.out);

  // with a clock that counts instructions
  const counted = await ask('network', { address }, '/stream/short', {
    options: [...options, '-icount', 'shift=10'],
  });
  checkText('short stream', counted, { text: streams.short.text, hash });
  tellCosts('network', counted, streams.short.body.length);
});
finish();
