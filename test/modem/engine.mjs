// The modem port against the emulator, over real TCP: a program dials through each dialect and asks a server on this
// machine for a stream of events; its text must come whole. Then each fault of the emulator must end as the table says.
//
//     node test/modem/engine.mjs DIAL-PROGRAM [NAME-OF-CASE]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [program, only = ''] = process.argv.slice(2);
const emulator = new URL('emulator.mjs', import.meta.url).pathname;
const [SERVER, SERVER_TLS, NOBODY, LINES] = [24840, 24841, 24842, 24800];
const AT_ONCE = 6;
const CASE_MS = 90000;

// ---- the server

const word = (i) => (i % 7 === 0 ? `Zürich ${i} ` : i % 11 === 0 ? '🚀 ' : `word ${i}, `);
const words = Array.from({ length: 700 }, (_, i) => word(i));
const text = words.join('');

// Events in chunks whose borders fall anywhere, with pauses now and then.
function answer(request, response) {
  request.resume().on('end', async () => {
    const object = 'chat.completion.chunk';
    const events = words.map((content) => `data: ${JSON.stringify({ object, choices: [{ index: 0, delta: { content } }] })}\n\n`);
    const bytes = Buffer.from(`${events.join('')}data: [DONE]\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let from = 0, size = 1; from < bytes.length; from += size, size = (size * 7 + 13) % 1999 + 1) {
      response.write(bytes.subarray(from, from + size));
      if (size % 5 === 0) await new Promise((done) => setTimeout(done, 3));
    }
    response.end();
  });
}

// A CA, a certificate of it for localhost, and one for another name.
function certificates(folder) {
  const run = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const ca of ['ca', 'other'])
    run('req', '-x509', ...key, '-keyout', `${ca}.key`, '-out', `${ca}.pem`, '-subj', `/CN=${ca}`, '-days', '2');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  run('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', ...names);
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy'];
  run('x509', '-req', '-in', 'server.csr', ...signer, '-out', 'server.pem', '-days', '2');
}

// ---- one case

function collect(child) {
  const output = { out: [], err: '' };
  child.stdout.on('data', (bytes) => output.out.push(bytes));
  child.stderr.on('data', (bytes) => (output.err += bytes));
  return output;
}

const ended = (child) => new Promise((done) => child.on('close', (code) => done(code)));

async function listening(child) {
  for await (const bytes of child.stdout) if (bytes.toString().includes('listening')) return;
  throw new Error('the emulator did not start');
}

// Dials through an emulator with these faults; gives what the program said.
async function dial(slot, { modem, dialect, faults = [], options = [], settings = [], port = SERVER }) {
  const line = LINES + slot;
  const wrong = faults.flatMap((fault) => ['--fault', fault]);
  const device = spawn('node', [emulator, '--dialect', modem, '--listen', String(line), ...wrong, ...options]);
  device.stderr.resume();
  try {
    await listening(device);
    const usual = ['network=internet', 'password=secret', 'stall_ms=30000'];
    const child = spawn(program, [dialect, String(line), String(port), ...usual, ...settings]);
    const timer = setTimeout(() => child.kill(), CASE_MS);
    const output = collect(child);
    const code = await ended(child);
    clearTimeout(timer);
    return { code, text: Buffer.concat(output.out).toString(), said: output.err.trim() };
  } finally {
    const gone = ended(device);
    device.kill();
    await gone;
  }
}

// ---- what must come out

const whole = ({ code, text: came, said }) =>
  code === 0 && came === text && said.endsWith('end: done, ok') ? '' : said || `code ${code}`;

const withSignal = (result) => whole(result) || (result.said.includes('signal: ok -65') ? '' : result.said);

// The open failed with this status.
const refused = (status) => ({ said, text: came }) => (said === `open: ${status}` && came === '' ? '' : said);

// The stream ended early in one of these ways, and what came is the beginning of the text.
const cut = (...ways) => ({ code, said, text: came }) =>
  code !== 0 && text.startsWith(came) && ways.some((way) => said.endsWith(`end: truncated, ${way}`))
    ? ''
    : `${said} (${came.length} characters, ${text.startsWith(came) ? 'right' : 'WRONG'})`;

// Bytes were lost or damaged, which a line without checks cannot always tell: but the program ends by itself.
const ends = ({ code, said }) => (code === 0 || code === 1 ? '' : `code ${code}: ${said}`);

const notOpened = ({ said, code }) => (code === 1 && /^open: (?!ok)/.test(said) ? '' : said);

const sockets = [
  { modem: 'quectel', dialect: 'quectel' },
  { modem: 'simcom', dialect: 'simcom' },
  { modem: 'ublox', dialect: 'ublox' },
  { modem: 'esp-at', dialect: 'esp-at' },
  { modem: 'esp-at', dialect: 'esp-at-active' },
  { modem: 'nordic-slm', dialect: 'nordic-slm' },
];
const hayes = { modem: 'hayes', dialect: 'hayes' };
const all = [...sockets, hayes];
const cellular = sockets.filter(({ modem }) => modem !== 'esp-at');
const passive = sockets.filter(({ dialect }) => dialect !== 'esp-at-active');
const except = (list, ...names) => list.filter(({ dialect }) => !names.includes(dialect));
const just = (...names) => all.filter(({ dialect }) => names.includes(dialect));

const table = [
  { name: 'an answer', of: all, expect: whole },
  { name: 'echo from power-on', of: except(all, 'esp-at', 'esp-at-active'), options: ['--echo', 'on'], expect: whole },
  { name: 'no echo from power-on', of: all, options: ['--echo', 'off'], expect: whole },
  { name: 'a long question', of: except(all, 'hayes'), settings: ['ask=9000'], expect: whole },
  { name: 'a question of plus signs', of: just('nordic-slm'), settings: ['ask=50', 'fill=+'], expect: whole },
  { name: 'signal', of: cellular, settings: ['signal=1'], expect: withSignal },
  { name: '115200 baud', of: all, options: ['--baud', '115200'], expect: whole },
  { name: 'urc-inside', of: all, faults: ['urc-inside'], expect: whole },
  { name: 'echo', of: all, faults: ['echo'], expect: whole },
  { name: 'slow', of: except(all, 'nordic-slm'), faults: ['slow:40'], expect: whole },
  { name: 'slow', of: just('nordic-slm'), faults: ['slow:20'], settings: ['ask=20'], expect: whole },
  { name: 'late-ok', of: just('quectel', 'simcom', 'ublox'), faults: ['late-ok:1500,AT+CMEE'], expect: whole },
  { name: 'late-ok when it is found', of: all, faults: ['late-ok:1300,ATE0'], expect: whole },
  { name: 'buffer-full', of: except(sockets, 'nordic-slm'), faults: ['buffer-full'], expect: whole },
  { name: 'buffer-full', of: just('nordic-slm'), faults: ['buffer-full:1'], expect: cut('reset') },
  { name: 'searching:3', of: cellular, faults: ['searching:3'], expect: whole },
  { name: 'searching', of: cellular, faults: ['searching'], settings: ['open_ms=3000'], expect: refused('registration') },
  { name: 'searching', of: just('esp-at'), faults: ['searching'], settings: ['open_ms=3000'], expect: refused('registration') },
  { name: 'searching', of: [hayes], faults: ['searching'], settings: ['open_ms=3000'], expect: refused('timeout') },
  { name: 'denied', of: sockets, faults: ['denied'], expect: refused('registration') },
  { name: 'denied', of: [hayes], faults: ['denied'], expect: refused('refused') },
  { name: 'no-network', of: [...sockets, hayes], faults: ['no-network'], settings: ['open_ms=3000'], expect: refused('registration') },
  { name: 'no-sim', of: cellular, faults: ['no-sim'], expect: refused('sim') },
  { name: 'pin, none given', of: cellular, faults: ['pin'], expect: refused('sim') },
  { name: 'pin, given', of: cellular, faults: ['pin:4711'], settings: ['pin=4711'], expect: whole },
  { name: 'pin, wrong', of: cellular, faults: ['pin:4711'], settings: ['pin=1234'], expect: refused('sim') },
  { name: 'bad-apn', of: cellular, faults: ['bad-apn'], expect: refused('context') },
  { name: 'refused', of: except(all, 'nordic-slm'), faults: ['refused'], expect: refused('refused') },
  { name: 'refused', of: just('nordic-slm'), faults: ['refused'], expect: refused('command') },
  { name: 'nobody listens', of: except(all, 'nordic-slm'), port: NOBODY, expect: refused('refused') },
  { name: 'no such host', of: except(sockets, 'nordic-slm'), settings: ['host=no-such-host.invalid'], expect: refused('name') },
  { name: 'busy', of: just('quectel', 'simcom', 'ublox', 'hayes'), faults: ['busy'], expect: refused('busy') },
  { name: 'busy', of: just('esp-at', 'esp-at-active'), faults: ['busy'], expect: whole },
  { name: 'silent', of: just('quectel', 'esp-at', 'hayes'), faults: ['silent'], settings: ['open_ms=2500'], expect: refused('silent') },
  { name: 'silent-after', of: passive, faults: ['silent-after:40'], expect: cut('silent') },
  { name: 'longer-than-asked', of: except(passive, 'nordic-slm'), faults: ['longer-than-asked'], expect: cut('answer') },
  { name: 'short-length', of: passive, faults: ['short-length'], expect: cut('answer') },
  { name: 'lying-length', of: sockets, faults: ['lying-length'], expect: ends },
  { name: 'reset-mid-stream', of: except(sockets, 'esp-at-active'), faults: ['reset-mid-stream:5000'], expect: ends },
  { name: 'close-mid-stream', of: except(all, 'hayes'), faults: ['close-mid-stream:5000'], expect: cut('the response was cut short') },
  { name: 'lost-bytes at one place', of: all, faults: ['lost-bytes:@5000+3'], expect: ends },
  { name: 'lost-bytes', of: all, faults: ['lost-bytes:0.002'], settings: ['open_ms=12000', 'stall_ms=6000'], expect: ends },
  { name: 'garbage', of: all, faults: ['garbage:0.0002'], settings: ['open_ms=12000', 'stall_ms=6000'], expect: ends },
];

const tls = [
  { modem: 'quectel', dialect: 'quectel-tls', settings: ['certificate=UFS:ca.pem'] },
  { modem: 'ublox', dialect: 'ublox-tls', settings: ['certificate=ca'] },
  { modem: 'esp-at', dialect: 'esp-at-tls', settings: ['certificate=0'] },
  { modem: 'nordic-slm', dialect: 'nordic-slm-tls', settings: ['certificate=42'] },
];
const tlsTable = (folder) => [
  { name: 'TLS in the modem', of: tls, host: 'localhost', ca: 'ca.pem', expect: whole },
  { name: 'TLS, another name', of: tls, host: 'example.com', ca: 'ca.pem', expect: notOpened },
  { name: 'TLS, an unknown CA', of: tls, host: 'localhost', ca: 'other.pem', expect: notOpened },
].map(({ host, ca, of, ...row }) => ({
  ...row,
  of: of.map((one) => ({ ...one, settings: [...one.settings, `host=${host}`] })),
  options: ['--ca', path.join(folder, ca)],
  port: SERVER_TLS,
}));

// ---- all of them

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'rill-modem-'));
  certificates(folder);
  const plain = http.createServer(answer).listen(SERVER, '127.0.0.1');
  const read = (name) => readFileSync(path.join(folder, name));
  const secure = https.createServer({ key: read('server.key'), cert: read('server.pem') }, answer).listen(SERVER_TLS, '127.0.0.1');
  secure.on('tlsClientError', () => {});
  const cases = [...table, ...tlsTable(folder)].flatMap(({ of, settings = [], ...row }) =>
    of.map((one) => ({ ...row, ...one, settings: [...(one.settings ?? []), ...settings], title: `${one.dialect}: ${row.name}` })),
  ).filter(({ title }) => title.includes(only));
  const tally = { passed: 0, failed: 0 };
  const slots = Array.from({ length: AT_ONCE }, async (_, slot) => {
    for (let next = cases.shift(); next; next = cases.shift()) {
      const result = await dial(slot, next);
      const wrong = next.expect(result);
      if (wrong) console.log(`FAILED ${next.title}: ${wrong}`);
      else if (process.env.VERBOSE) console.log(`${next.title}: ${result.said}`);
      tally[wrong ? 'failed' : 'passed']++;
    }
  });
  await Promise.all(slots);
  plain.close();
  secure.close();
  rmSync(folder, { recursive: true });
  console.log('ran: quectel, simcom, ublox, esp-at, nordic-slm, hayes through the emulator, and each of its faults');
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed ? 1 : 0;
}

await main();
