// rill chat against aimock and nginx: what it prints, what it answers its caller with, and how fast it can be stopped.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { ca, key, lastRequest, ports, startAll, stopAll } from './servers.mjs';

const program = process.env.RILL ?? 'build/rill';
const tools = 'build/peers/tools.json';
const PATIENCE_MS = 20000;

let passed = 0;
let failed = 0;

// Compares member by member with what is wanted: a text exactly, a pattern somewhere in it, a function by its answer.
function check(name, got, wanted) {
  const matches = (value, want) => {
    if (want instanceof RegExp) return want.test(value);
    return typeof want === 'function' ? want(value) : isDeepStrictEqual(value, want);
  };
  const wrong = Object.keys(wanted).filter((member) => !matches(got[member], wanted[member]));
  if (wrong.length === 0) {
    passed++;
    return;
  }
  failed++;
  console.log(`FAILED ${name}`);
  for (const member of wrong)
    console.log(`    ${member}: ${JSON.stringify(got[member])}\n    wanted: ${String(wanted[member])}`);
}

// Runs rill chat; `when` is called with each piece of its output and may send it a signal.
function chat(words, { environment = {}, input = '', when = () => {}, after } = {}) {
  return new Promise((done, refused) => {
    const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', OPENAI_API_KEY: key, SSL_CERT_FILE: ca, ...environment };
    const child = spawn(program, ['chat', ...words], { env });
    const started = performance.now();
    const result = { code: null, out: '', err: '', firstMs: Infinity, signalMs: Infinity, ms: 0 };
    const interrupt = () => {
      if (result.signalMs !== Infinity) return;
      result.signalMs = performance.now() - started;
      process.kill(child.pid, 'SIGINT');
    };
    const limit = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const timer = after === undefined ? undefined : setTimeout(interrupt, after);
    child.on('error', refused);
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      result.firstMs = Math.min(result.firstMs, performance.now() - started);
      result.out += piece;
      when(result, interrupt);
    });
    child.stderr.setEncoding('utf8').on('data', (piece) => (result.err += piece));
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      clearTimeout(timer);
      result.ms = performance.now() - started;
      result.stopMs = result.ms - result.signalMs;
      done({ ...result, code: code ?? signal });
    });
  });
}

const fixtures = JSON.parse(readFileSync('test/peers/fixtures.json', 'utf8')).fixtures;
const contentOf = (prompt) => fixtures.findLast((one) => one.match.userMessage === prompt).response.content;

// ---- answers that come the same way on every route

const answers = [
  {
    prompt: 'plain text',
    out: `${contentOf('plain text')}\n\nusage: 5 prompt + 31 completion, 36 tokens in all\n`,
  },
  {
    prompt: 'reasoning',
    out: 'Water takes the shortest way.\n\nDownhill.\n\nusage: 4 prompt + 12 completion, 16 tokens in all\n',
  },
  {
    prompt: 'one long event',
    out: `${contentOf('one long event')}\n\nusage: 7 prompt + 210 completion, 217 tokens in all\n`,
  },
  {
    prompt: 'two tools',
    out:
      '-> get_weather({"city":"Zürich","days":2,"note":"say \\"hi\\" 🌦"})\n-> get_time({})\n\n' +
      'usage: 20 prompt + 18 completion, 38 tokens in all\n',
  },
  {
    prompt: 'text and tool',
    out:
      'I look it up.\n\n-> find({"what":[1,2,{"deep":null}]})\n\n' +
      'usage: 8 prompt + 9 completion, 17 tokens in all\n',
  },
  {
    prompt: 'too long',
    out: 'It would go on\n\nusage: 3 prompt + 4 completion, 7 tokens in all\n',
    err: /^rill: .*\(length\)\n$/,
  },
  {
    prompt: 'filtered',
    out: 'usage: 3 prompt + 0 completion, 3 tokens in all\n',
    err: /^rill: .*\(content_filter\)\n$/,
  },
  { prompt: 'bad request', code: 3, err: /No such model: «brook» \(HTTP 400, invalid_request_error, model_not/ },
  { prompt: 'rate limit', code: 3, err: /Too many drops \(HTTP 429, rate_limit_error, .*, try again in 17 s/ },
  { prompt: 'overloaded', code: 3, err: /The server is overloaded \(HTTP 503, server_error/ },
  { prompt: 'nothing fits this', code: 3, err: /No fixture matched \(HTTP 404/ },
  { prompt: 'malformed', code: 1, err: /^rill: bad event at byte \d+: / },
];

// Memory and size of the reads; the answer must not depend on them.
const memories = [
  [],
  ['--buffer', '256', '--tokens', '24'],
  ['--buffer', '300', '--tokens', '31', '--feed', '1'],
  ['--buffer', '65536', '--tokens', '4096', '--feed', '65536'],
];

const routes = [
  ['direct', ports.aimock],
  ['nginx, buffering', ports.buffered],
  ['nginx, not buffering', ports.unbuffered],
  ['nginx, TLS', ports.tls],
];
const urlOf = (port) => (port === ports.tls ? `https://localhost:${port}/v1` : `http://127.0.0.1:${port}/v1`);

async function everyAnswer() {
  for (const [route, port] of routes) {
    for (const { prompt, code = 0, out = '', err = '' } of answers) {
      for (const memory of memories) {
        const words = ['--url', urlOf(port), ...memory, prompt];
        check(`${route}: ${prompt} ${memory.join(' ')}`, await chat(words), { code, out, err });
      }
    }
  }
}

// ---- what goes wrong on the way

async function brokenAnswers() {
  for (const [route, port] of routes) {
    const url = urlOf(port);
    const buffered = port === ports.buffered; // nginx closes in good order what the server behind it cut
    check(`${route}: cut short`, await chat(['--url', url, 'cut short']), {
      code: 1,
      out: (text) => 'This stream is cut before its end.'.startsWith(text.trimEnd()) && (text !== '' || buffered),
      err: /^rill: the answer is incomplete/,
    });
    const hungUp = port === ports.aimock ? { code: 1, err: /incomplete/ } : { code: 3, err: /HTTP 502/ };
    check(`${route}: hang up`, await chat(['--url', url, 'hang up']), { out: '', ...hungUp });
    check(`${route}: no key`, await chat(['--url', url, 'plain text'], { environment: { OPENAI_API_KEY: '' } }), {
      code: 3,
      out: '',
      err: /Invalid API key \(HTTP 401, authentication_error/,
    });
  }
  const dead = `http://127.0.0.1:${ports.dead}`;
  check('nothing behind nginx', await chat(['--url', dead, 'x']), { code: 3, out: '', err: /HTTP 502/ });
  check('redirection', await chat(['--url', `${dead}/moved`, 'x']), { code: 1, out: '', err: /HTTP 301/ });
  check('no content', await chat(['--url', `${dead}/empty`, 'x']), { code: 1, out: '', err: /incomplete/ });
  const large = 'drip '.repeat(200000); // nginx refuses it before it has read it
  const tooLarge = await chat(['--url', `http://127.0.0.1:${ports.buffered}/v1`, '-'], { input: large });
  check('a request too large', tooLarge, { code: 3, out: '', err: /HTTP 413/ });
  const refused = await chat(['--url', `http://127.0.0.1:${ports.nobody}/v1`, 'x']);
  check('nobody listens', refused, { code: 1, out: '', err: /connection refused/ });
}

async function wrongUse() {
  const url = `http://127.0.0.1:${ports.aimock}/v1`;
  writeFileSync('build/peers/broken.json', '[{"type":]');
  writeFileSync('build/peers/object.json', '{}');
  const cases = [
    ['no server', ['x'], /OPENAI_BASE_URL/],
    ['no URL', ['--url', 'ftp://127.0.0.1', 'x'], /not a URL/],
    ['no prompt', ['--url', url], /prompt is missing/],
    ['no key in VAR', ['--url', url, '--key-env', 'NO_SUCH_KEY', 'x'], /NO_SUCH_KEY/],
    ['no such tools', ['--url', url, '--tools', 'build/peers/none.json', 'x'], /none\.json/],
    ['broken tools', ['--url', url, '--tools', 'build/peers/broken.json', 'x'], /byte 9/],
    ['tools that are no array', ['--url', url, '--tools', 'build/peers/object.json', 'x'], /array/],
    ['a small buffer', ['--url', url, '--buffer', '255', 'x'], /255/],
  ];
  for (const [name, words, err] of cases) check(name, await chat(words), { code: 2, out: '', err });
  const broken = await chat(['--url', url, 'x'], { environment: { OPENAI_API_KEY: 'a\r\nX-Other: b' } });
  check('a key with a line end', broken, { code: 2, out: '', err: /header/ });
}

// ---- whom it trusts; port/tls has tests of its own

async function trust() {
  const named = ['--url', urlOf(ports.tls), 'plain text'];
  const unnamed = ['--url', `https://127.0.0.1:${ports.tls}/v1`, 'plain text'];
  const plain = ['--url', `https://localhost:${ports.unbuffered}/v1`, 'plain text'];
  const system = { SSL_CERT_FILE: '' }; // the system's own file does not have the CA of the test
  const cases = [
    ['another name', unnamed, {}, 1, /another host/],
    ["the system's trust", named, system, 1, /not trusted/],
    ['no TLS behind https', plain, {}, 1, /TLS/],
    ['a file without certificates', named, { SSL_CERT_FILE: 'build/peers/certificates/rsa.key' }, 2, /no certificates/],
    ['no file of certificates', named, { SSL_CERT_FILE: 'build/peers/none.pem' }, 2, /none\.pem/],
  ];
  for (const [name, words, environment, code, err] of cases)
    check(name, await chat(words, { environment }), { code, out: '', err });
}

// ---- what is sent

async function requests() {
  const url = `http://127.0.0.1:${ports.aimock}/v1`;
  const definition = [{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } }];
  writeFileSync(tools, JSON.stringify(definition, null, 2));
  const prompt = 'plain text\twith "quotes", \\ and 💧\n';
  const words = ['--model', 'brook-1', '--system', 'Answer in French.', '--tools', tools, '--key-env', 'MY_KEY', '-'];
  const environment = { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'another', MY_KEY: key };
  check('every option', await chat(words, { environment, input: `${prompt}\n` }), {
    code: 0,
    out: /^Le ruisseau coule\.\n/,
    err: '',
  });
  const { body, path } = await lastRequest();
  check('the request', { path, ...body }, {
    path: '/v1/chat/completions',
    model: 'brook-1',
    messages: [
      { role: 'system', content: 'Answer in French.' },
      { role: 'user', content: prompt },
    ],
    tools: definition,
    stream: true,
    stream_options: { include_usage: true },
  });
  const bare = await chat(['plain text'], { environment: { OPENAI_BASE_URL: `http://localhost:${ports.aimock}` } });
  check('a host alone', bare, { code: 0, err: '' });
  const whole = await chat(['--url', `${url}/chat/completions`, 'plain text'], { environment: { OPENAI_MODEL: 'm2' } });
  check('a whole URL', whole, { code: 0, err: '' });
  check('the model of the environment', { ...(await lastRequest()).body }, { model: 'm2' });
}

// ---- time

async function liveAndCancelled() {
  for (const [route, port] of [routes[0], routes[2], routes[3]]) {
    const words = ['--url', urlOf(port), 'slow'];
    check(`${route}: the text comes as it is sent`, await chat(words), {
      code: 0,
      out: new RegExp(`^${contentOf('slow')}\n`),
      firstMs: (ms) => ms < 1500,
      ms: (ms) => ms > 2000,
    });
    const when = (result, interrupt) => result.out.includes('drip drip') && interrupt();
    check(`${route}: Ctrl-C`, await chat(words, { when }), {
      code: 130,
      out: (text) => text.startsWith('drip drip') && text.endsWith('\n') && text.length < contentOf('slow').length,
      err: 'rill: cancelled\n',
      stopMs: (ms) => ms < 700,
    });
  }
  const silent = await chat(['--url', `http://127.0.0.1:${ports.silent}/v1`, 'x'], { after: 1500 });
  check('Ctrl-C while the server is silent', silent, {
    code: 130,
    out: '',
    err: 'rill: cancelled\n',
    signalMs: (ms) => ms > 1400, // it waited until then
    stopMs: (ms) => ms < 700,
  });
}

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
process.on('exit', stopAll);
try {
  await startAll();
  for (const part of [everyAnswer, brokenAnswers, wrongUse, trust, requests, liveAndCancelled]) await part();
} catch (error) {
  failed++;
  console.log(`FAILED ${error.stack}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
