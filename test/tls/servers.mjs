// The servers of this test: nginx with TLS in front of an HTTP server of node, `openssl s_server`, and a relay that cuts.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join, resolve } from 'node:path';

export const work = resolve('build/tls');
export const certificates = join(work, 'certificates');
export const ca = join(certificates, 'ca.pem');

const UPSTREAM = 24920;
const OPENSSL = 24930;
const RELAY = 24940;

// ---- the answer, of a megabyte

const text = Array.from({ length: 11500 }, (_, i) => `Then the ${i}th bend, and on it went. `);
const event = (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
const body = `${text.map(event).join('')}data: [DONE]\n\n`;
export const bodyBytes = Buffer.byteLength(body);
export const whole = { length: Buffer.byteLength(text.join('')), hash: fnv(Buffer.from(text.join(''))) };

function fnv(bytes) {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash;
}

// ---- processes

const running = [];
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const answers = (port) =>
  new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => socket.destroy(done(true)));
    socket.on('error', () => done(false));
  });

const logOf = (name) => join(work, `${name}.log`);

// Starts a program and waits until ready() says that it is.
async function start(name, command, words, ready, options = {}) {
  const log = logOf(name);
  const out = openSync(log, 'w');
  const child = spawn(command, words, { stdio: ['pipe', out, out], ...options });
  child.stdin.on('error', () => {});
  let failure;
  child.on('error', (error) => (failure = error.message));
  child.on('exit', (code) => (failure = `it ended with ${code}`));
  running.push(child);
  for (let tries = 0; tries < 400; tries++) {
    if (failure) throw new Error(`${name}: ${failure}\n${readFileSync(log, 'utf8')}`);
    if (await ready(log)) return child;
    await sleep(25);
  }
  throw new Error(`${name} does not start\n${readFileSync(log, 'utf8')}`);
}

async function free(port) {
  if (await answers(port)) throw new Error(`port ${port} of 127.0.0.1 is taken; this test needs it`);
}

export function stopAll() {
  for (const child of running.splice(0)) {
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
  }
}

// ---- nginx: a server for each certificate and for each set of protocols

const sites = {
  'rsa': {},
  'ec': {},
  'p384': {},
  'wildcard': {},
  'wrong-name': {},
  'expired': {},
  'early': {},
  'stranger': {},
  'self-signed': {},
  'no-ca': {},
  'no-chain': { certificate: 'rsa-alone', key: 'rsa' },
  'TLS 1.3 only': { certificate: 'ec', more: 'ssl_protocols TLSv1.3;' },
  'AES-GCM': { certificate: 'ec', more: 'ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256;' },
  'ChaCha20': { certificate: 'rsa', more: 'ssl_ciphers ECDHE-RSA-CHACHA20-POLY1305;' },
  'no TLS': { certificate: 'ec', plain: true },
};
export const port = Object.fromEntries(Object.keys(sites).map((name, i) => [name, 24900 + i]));

const site = ([name, { certificate = name, key = certificate, more = '', plain = false }]) => `
    server {
        listen 127.0.0.1:${port[name]}${plain ? '' : ' ssl'};
        ssl_certificate ${certificates}/${certificate}.pem;
        ssl_certificate_key ${certificates}/${key}.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        ${more}
        proxy_buffering off;
        proxy_http_version 1.1;
        location / { proxy_pass http://127.0.0.1:${UPSTREAM}; }
    }`.replace(/ssl_protocols TLSv1.2 TLSv1.3;(?=\s*ssl_protocols)/, '');

export async function startNginx() {
  const home = join(work, 'nginx');
  mkdirSync(home, { recursive: true });
  const chain = readFileSync(join(certificates, 'rsa.pem'), 'utf8');
  writeFileSync(join(certificates, 'rsa-alone.pem'), chain.slice(0, chain.indexOf('-----BEGIN', 10)));
  const config = `
daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    ${Object.entries(sites).map(site).join('')}
}
`;
  writeFileSync(join(home, 'nginx.conf'), config);
  const upstream = http.createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.end(body);
    });
  });
  for (const one of [UPSTREAM, ...Object.values(port)]) await free(one);
  await new Promise((done, failed) => upstream.on('error', failed).listen(UPSTREAM, '127.0.0.1', done));
  upstream.unref();
  const program = process.env.NGINX ?? '/usr/sbin/nginx';
  const ready = async () => (await Promise.all(Object.values(port).map(answers))).every(Boolean);
  return start('nginx', program, ['-p', home, '-c', 'nginx.conf', '-e', 'stderr'], ready);
}

// ---- openssl s_server, for one connection

let next = 0;

// The certificates behind the server's own, where there are some.
function chain(certificate) {
  const all = readFileSync(join(certificates, `${certificate}.pem`), 'utf8');
  const second = all.indexOf('-----BEGIN', 10);
  if (second < 0) return [];
  const file = join(certificates, `${certificate}-chain.pem`);
  writeFileSync(file, all.slice(second));
  return ['-cert_chain', file];
}

// It prints ACCEPT when it listens. A connection to try would be the one that it takes.
async function openssl(certificate, words, options) {
  const at = OPENSSL + (next++ % 8);
  const all = ['s_server', '-accept', `127.0.0.1:${at}`, '-naccept', '1', '-key', `${certificates}/${certificate}.key`];
  all.push('-cert', `${certificates}/${certificate}.pem`, ...chain(certificate), ...words);
  const ready = (log) => readFileSync(log, 'utf8').includes('ACCEPT');
  const child = await start(`s_server-${at}`, 'openssl', all, ready, options);
  child.removeAllListeners('exit');
  return { at, child, log: logOf(`s_server-${at}`) };
}

// Sends a file, which holds the head too, and closes in good order.
export async function fileServer(certificate, words = []) {
  const folder = join(work, 'www');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'answer.http'), `HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n${body}`);
  return (await openssl(certificate, ['-HTTP', ...words], { cwd: folder })).at;
}

// Sends an event once it has the request, and ends without TLS's goodbye.
export async function rudeServer(certificate) {
  const { at, child, log } = await openssl(certificate, []);
  const answer = async () => {
    while (!readFileSync(log, 'utf8').includes('"messages"') && child.exitCode === null) await sleep(10);
    child.stdin.end(`HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n${event(text[0])}`);
  };
  answer();
  return at;
}

// ---- a relay to a port of this machine that misbehaves after some bytes from the server

let mischief = {};

// how: 'end' closes, 'reset' resets, 'pause' sends nothing more; after: bytes.
export function relayTo(target, how, after) {
  mischief = { target, how, after };
  return RELAY;
}

export async function startRelay() {
  await free(RELAY);
  const server = net.createServer((near) => {
    const { target, how, after } = mischief;
    const far = net.connect(target, '127.0.0.1');
    let passed = 0;
    const misbehave = () => {
      far.destroy();
      if (how === 'end') near.end();
      else near.resetAndDestroy();
    };
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      const rest = after - passed;
      passed += bytes.length;
      if (rest <= 0) return;
      near.write(bytes.subarray(0, rest), () => rest <= bytes.length && how !== 'pause' && misbehave());
    });
    if (after === 0 && how !== 'pause') near.once('data', misbehave);
  });
  await new Promise((done, failed) => server.on('error', failed).listen(RELAY, '127.0.0.1', done));
  server.unref();
}
