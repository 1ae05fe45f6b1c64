// The servers of this test, each on a fixed port of 127.0.0.1. They run until stop(), which ends them by their ids.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join, resolve } from 'node:path';

export const ports = { aimock: 24710, buffered: 24711, unbuffered: 24712, dead: 24713, silent: 24714, nobody: 24715, tls: 24716 };
export const ca = 'build/peers/certificates/ca.pem'; // it has signed the certificate of ports.tls, for localhost
export const key = 'a-key-for-tests';

const work = resolve('build/peers');
const running = [];

const nginxConfig = `
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
    gzip on;
    gzip_types *;
    gzip_proxied any;
    client_max_body_size 8k;
    server { # HTTP/1.0 to the server behind it, which therefore ends its answer by closing
        listen 127.0.0.1:${ports.buffered};
        location / { proxy_pass http://127.0.0.1:${ports.aimock}; }
    }
    server {
        listen 127.0.0.1:${ports.unbuffered};
        proxy_buffering off;
        proxy_http_version 1.1;
        location / { proxy_pass http://127.0.0.1:${ports.aimock}; }
    }
    server {
        listen 127.0.0.1:${ports.tls} ssl;
        ssl_certificate ${work}/certificates/rsa.pem;
        ssl_certificate_key ${work}/certificates/rsa.key;
        proxy_buffering off;
        proxy_http_version 1.1;
        location / { proxy_pass http://127.0.0.1:${ports.aimock}; }
    }
    server { # nothing behind it
        listen 127.0.0.1:${ports.dead};
        location / { proxy_pass http://127.0.0.1:${ports.nobody}; }
        location /moved { return 301 /v1/; }
        location /empty { return 204; }
    }
}
`;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const answers = (port) =>
  new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => socket.destroy(done(true)));
    socket.on('error', () => done(false));
  });

// Starts a program and waits until all its ports are open.
export async function start(name, command, words, opened, environment = {}) {
  for (const port of opened)
    if (await answers(port)) throw new Error(`port ${port} of 127.0.0.1 is taken; this test needs it`);
  const log = join(work, `${name}.log`);
  const out = openSync(log, 'w');
  const child = spawn(command, words, { stdio: ['ignore', out, out], env: { ...process.env, ...environment } });
  let failure;
  child.on('error', (error) => (failure = error.message));
  child.on('exit', (code) => (failure = `it ended with ${code}`));
  running.push(child);
  for (let tries = 0; tries < 200; tries++) {
    if (failure) throw new Error(`${name}: ${failure}\n${readFileSync(log, 'utf8')}`);
    const open = await Promise.all(opened.map(answers));
    if (open.every(Boolean)) return;
    await sleep(50);
  }
  throw new Error(`${name} does not start\n${readFileSync(log, 'utf8')}`);
}

async function startAimock() {
  const words = [
    join(work, 'node_modules/@copilotkit/aimock/dist/cli.cjs'),
    ...['--port', String(ports.aimock), '--host', '127.0.0.1', '--fixtures', 'test/peers/fixtures.json'],
  ];
  await start('aimock', process.execPath, words, [ports.aimock], { AIMOCK_API_KEYS: key });
}

async function startNginx() {
  const home = join(work, 'nginx');
  mkdirSync(home, { recursive: true });
  const made = spawnSync('test/tls/certificates.sh', [join(work, 'certificates')], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`no certificates: ${made.error ?? made.stderr}`);
  writeFileSync(join(home, 'nginx.conf'), nginxConfig);
  const words = ['-p', home, '-c', 'nginx.conf', '-e', 'stderr'];
  const program = process.env.NGINX ?? '/usr/sbin/nginx';
  await start('nginx', program, words, [ports.buffered, ports.unbuffered, ports.dead, ports.tls]);
}

// Takes requests and never answers.
function startSilent() {
  return new Promise((done, failed) => {
    const server = net.createServer((socket) => socket.on('error', () => {}).resume());
    server.on('error', failed);
    server.listen(ports.silent, '127.0.0.1', done);
    server.unref();
  });
}

export async function startAll() {
  await startSilent();
  await startAimock();
  await startNginx();
}

export function stopAll() {
  for (const child of running.splice(0)) {
    child.removeAllListeners('exit');
    child.kill('SIGTERM');
  }
}

// What aimock has got, the last request first.
export async function lastRequest() {
  const answer = await fetch(`http://127.0.0.1:${ports.aimock}/__aimock/journal`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return (await answer.json()).at(-1);
}
