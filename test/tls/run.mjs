// port/tls against nginx and openssl: the same cases for both libraries.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

import {
  bodyBytes, ca, certificates, fileServer, port, relayTo, rudeServer, startNginx, startRelay, stopAll, whole,
} from './servers.mjs';

const libraries = { bearssl: 'BearSSL', mbedtls: 'Mbed TLS' };
const PATIENCE_MS = 60000;

const header = readFileSync('include/rill/status.h', 'utf8');
const names = Object.fromEntries([...header.matchAll(/RILL_(\w+) = (-?\d+)/g)].map(([, name, number]) => [number, name]));

let passed = 0;
let failed = 0;

function check(name, got, wanted) {
  const wrong = Object.keys(wanted).filter((member) => got[member] !== wanted[member]);
  if (wrong.length === 0) passed++;
  else {
    failed++;
    console.log(`FAILED ${name}: ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
  }
}

function run(command, words, environment = {}) {
  return new Promise((done, refused) => {
    const child = spawn(command, words, { env: { ...process.env, ...environment }, timeout: PATIENCE_MS });
    const result = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (data) => (result.out += data));
    child.stderr.setEncoding('utf8').on('data', (data) => (result.err += data));
    child.on('error', refused);
    child.on('close', (code, signal) => done({ ...result, code: code ?? signal }));
  });
}

// What test/tls/ask.c tells, with the names of statuses.
async function ask(library, at, name, words = [], { build = 'small-san', anchors = ca } = {}) {
  const all = [library, '127.0.0.1', String(at), name, anchors, ...words];
  const { out, err, code } = await run(`build/${build}/tls/ask`, all);
  if (code !== 0) return { code, err };
  const told = JSON.parse(out);
  return { ...told, open: names[told.open], status: names[told.status] };
}

const all = { open: 'OK', http: 200, status: 'OK', ...whole, left: 0 };

// ---- nginx

const sites = [
  ['rsa', 'rill.test', all],
  ['ec', 'rill.test', all],
  ['ec', 'localhost', all],
  ['p384', 'rill.test', all],
  ['wildcard', 'any.rill.test', all],
  ['AES-GCM', 'rill.test', all],
  ['ChaCha20', 'rill.test', all],
  ['ec', 'other.test', { open: 'PORT_TLS_NAME' }],
  ['ec', '127.0.0.1', { open: 'PORT_TLS_NAME' }],
  ['wildcard', 'rill.test', { open: 'PORT_TLS_NAME' }],
  ['wildcard', 'a.b.rill.test', { open: 'PORT_TLS_NAME' }],
  ['wrong-name', 'rill.test', { open: 'PORT_TLS_NAME' }],
  ['expired', 'rill.test', { open: 'PORT_TLS_TIME' }],
  ['early', 'rill.test', { open: 'PORT_TLS_TIME' }],
  ['stranger', 'rill.test', { open: 'PORT_TLS_TRUST' }],
  ['self-signed', 'rill.test', { open: 'PORT_TLS_TRUST' }],
  ['no-ca', 'rill.test', { open: 'PORT_TLS_TRUST' }],
  ['no-chain', 'rill.test', { open: 'PORT_TLS_TRUST' }],
  ['TLS 1.3 only', 'rill.test', { open: 'PORT_TLS_VERSION' }],
  ['no TLS', 'rill.test', { open: 'PORT_TLS' }],
];

async function nginx(library) {
  for (const [site, name, wanted] of sites) {
    const got = await ask(library, port[site], name);
    check(`${library}, nginx ${site}, ${name}`, got, { left: 0, ...wanted });
  }
  for (const [words, wanted] of [
    [['feed=1'], all],
    [['feed=1000'], all],
    [['time=1500000000'], { open: 'PORT_TLS_TIME' }],
    [['time=4200000000'], { open: 'PORT_TLS_TIME' }],
  ])
    check(`${library}, nginx, ${words}`, await ask(library, port.rsa, 'rill.test', words), wanted);
  for (const [site, name, open] of [['self-signed', 'rill.test', 'OK'], ['self-signed', 'other.test', 'PORT_TLS_NAME'],
    ['ec', 'rill.test', 'PORT_TLS_TRUST']]) {
    const got = await ask(library, port[site], name, [], { anchors: `${certificates}/self-signed.pem` });
    check(`${library}, nginx ${site}, ${name}, with a server's own certificate trusted`, got, { open });
  }
}

// BearSSL in less memory: the server is asked for short records.
async function memory() {
  const memories = ['mono', 'mono full', 'full', 'mono buffer=837', 'buffer=1434', 'mono buffer=4500'];
  for (const words of memories.map((memory) => memory.split(' ')))
    for (const site of ['rsa', 'ec']) {
      const got = await ask('bearssl', port[site], 'rill.test', words);
      check(`bearssl, nginx ${site}, ${words}`, got, { ...all, allocations: 0 });
    }
  const small = await ask('bearssl', port.ec, 'rill.test', ['mono', 'buffer=836']);
  check('bearssl, a buffer too small', small, { open: 'SCHEMA_CONFIG' });
}

// ---- openssl s_server

async function openssl(library) {
  const file = await ask(library, await fileServer('rsa'), 'rill.test', ['get']);
  check(`${library}, s_server`, file, all);
  const slow = await ask(library, await fileServer('ec'), 'rill.test', ['get', 'feed=1']);
  check(`${library}, s_server, byte by byte`, slow, all);
  const rude = await ask(library, await rudeServer('ec'), 'rill.test');
  check(`${library}, s_server, no goodbye`, rude, { open: 'OK', status: 'PORT_TLS_CUT', left: 0 });
  const cases = [
    ['ec', ['-tls1_3'], 'PORT_TLS_VERSION'],
    ['ec', ['-tls1_1', '-cipher', 'DEFAULT:@SECLEVEL=0'], 'PORT_TLS_VERSION', ['full']],
    ['ec', ['-no_tls1_3', '-cipher', 'AECDH-AES128-SHA:@SECLEVEL=0'], 'PORT_TLS'], // nothing in common
    ['wrong-name', [], 'PORT_TLS_NAME'],
    ['expired', [], 'PORT_TLS_TIME'],
    ['early', [], 'PORT_TLS_TIME'],
    ['stranger', [], 'PORT_TLS_TRUST'],
    ['self-signed', [], 'PORT_TLS_TRUST'],
  ];
  for (const [certificate, words, open, more = []] of cases) {
    const got = await ask(library, await fileServer(certificate, words), 'rill.test', ['get', ...more]);
    check(`${library}, s_server ${certificate} ${words}`, got, { open, left: 0 });
  }
}

// ---- cut on the way

async function cut(library) {
  const cases = [
    ['end', 0, { open: 'PORT_TLS_HANDSHAKE' }],
    ['end', 3, { open: 'PORT_TLS_HANDSHAKE' }],
    ['end', 700, { open: 'PORT_TLS_HANDSHAKE' }],
    ['reset', 0, { open: 'PORT_TLS_HANDSHAKE' }],
    ['reset', 700, { open: 'PORT_TLS_HANDSHAKE' }],
    ['pause', 0, { open: 'PORT_TIMEOUT' }, ['open=1000']],
    ['pause', 700, { open: 'PORT_TIMEOUT' }, ['open=1000']],
    ['end', 30000, { open: 'OK', http: 200, status: 'PORT_TLS_CUT' }],
    ['end', 500000, { open: 'OK', http: 200, status: 'PORT_TLS_CUT' }],
    ['reset', 30000, { open: 'OK', status: 'PORT_RESET' }], // what came before may be lost with it
    ['pause', 30000, { open: 'OK', http: 200, status: 'PORT_STALLED' }, ['stall=1000']],
  ];
  for (const [how, after, wanted, words = []] of cases) {
    const got = await ask(library, relayTo(port.rsa, how, after), 'rill.test', words);
    check(`${library}, ${how} after ${after} bytes`, got, { left: 0, ...wanted });
  }
}

// ---- the program, and figures

async function program() {
  const chat = (words, environment) =>
    run('build/roomy-san/rill', ['chat', ...words, 'x'], { OPENAI_BASE_URL: '', SSL_CERT_FILE: ca, ...environment });
  const way = ['--port', `tls:127.0.0.1:${port.rsa}`, '--url', 'https://rill.test/v1'];
  const cases = [
    ['https through --port tls:', way, {}, 0, ''],
    ['https through --port tcp:', [`--port`, `tcp:127.0.0.1:${port.p384}`, ...way.slice(2)], {}, 0, ''],
    ['a host of its own', ['--url', `https://localhost:${port.ec}/v1`], {}, 0, ''],
    ['another name', ['--url', `https://127.0.0.1:${port.ec}/v1`], {}, 1, 'another host'],
    ['expired', ['--url', `https://localhost:${port.expired}/v1`], {}, 1, 'not valid at this time'],
    ['TLS 1.3 only', ['--url', `https://localhost:${port['TLS 1.3 only']}/v1`], {}, 1, 'version'],
    ['another CA', way, { SSL_CERT_FILE: `${certificates}/stranger-root.pem` }, 1, 'not trusted'],
    ['its own certificate', ['--url', `https://localhost:${port['self-signed']}/v1`],
      { SSL_CERT_FILE: `${certificates}/self-signed.pem` }, 0, ''],
    ['cut', ['--port', `tcp:127.0.0.1:${relayTo(port.rsa, 'end', 30000)}`, ...way.slice(2)], {}, 1, 'incomplete'],
  ];
  for (const [name, words, environment, code, message] of cases) {
    const got = await chat(words, environment);
    const good = got.code === code && got.err.includes(message) && (code !== 0 || got.out.length >= whole.length);
    check(`rill chat, ${name}`, { good, code: got.code, err: got.err.slice(0, 500) }, { good: true });
  }
}

// `make` where there is no BearSSL.
async function withoutTls() {
  const flags = ['-std=c99', '-D_POSIX_C_SOURCE=200809L', '-Iinclude', '-Iport/posix', '-Iport/uart', '-Iport/modem'];
  const sources = ['port/posix', 'port/uart', 'port/modem', 'src'].flatMap((folder) =>
    readdirSync(folder).filter((name) => name.endsWith('.c')).map((name) => `${folder}/${name}`));
  const built = await run('cc', [...flags, ...sources, '-o', 'build/tls/rill']);
  check('without BearSSL: builds', built, { code: 0, err: '' });
  const got = await run('build/tls/rill', ['chat', '--url', `https://localhost:${port.ec}/v1`, 'x']);
  const told = got.err.includes('built without TLS');
  check('without BearSSL: refuses', { code: got.code, told }, { code: 2, told: true });
}

async function figures() {
  for (const [library, words] of [['bearssl', []], ['bearssl', ['mono']], ['mbedtls', []]])
    for (const site of ['ec', 'rsa']) {
      const { heap, allocations, stack, open } = await ask(library, port[site], 'rill.test', words, { build: 'small' });
      check(`${library}, figures`, { open }, { open: 'OK' });
      const what = `${libraries[library]}${words.length ? `, ${words}` : ''}, ${site}`;
      console.log(`ran: ${what}: heap up to ${heap} in ${allocations} allocations, stack ${stack} (x86-64, with rill's)`);
    }
}

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
process.on('exit', stopAll);
try {
  await startNginx();
  await startRelay();
  for (const [library, name] of Object.entries(libraries)) {
    for (const part of [nginx, openssl, cut]) await part(library);
    console.log(`ran: ${name}, an answer of ${bodyBytes} bytes, certificates, versions, cuts; nginx and openssl s_server`);
  }
  for (const part of [memory, program, withoutTls, figures]) await part();
} catch (error) {
  failed++;
  console.log(`FAILED ${error.stack}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
