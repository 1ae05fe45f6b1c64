// The servers of the network tests, on 127.0.0.1: aimock, and Debian's nginx in front of it and of a long stream. nginx
// also speaks TLS, with certificates of a CA that the tests make.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { key, start, stopAll } from '../../peers/servers.mjs';

export { stopAll };
export const ports = {
  ...{ aimock: 24950, plain: 24951, behind: 24952, nobody: 24959 },
  ...{ good: 24953, stranger: 24954, expired: 24955, modern: 24956 },
};
export const work = resolve('build/net');
export const host = 'llm.example';

// ---- the long stream: many events, some short, some longer than rill's buffer, in several alphabets

function event(text, number) {
  const delta = number === 0 ? { role: 'assistant', content: text } : { content: text };
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1767225600, model: 'gpt-4o-mini' };
  return `data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
}

const pieces = ['Wasser', ' fließt', ' bergab.', '\n"石から石へ"', ' 💧 ', 'and so on; '.repeat(80), ' \\ ', '\t|'];

function stream(length) {
  let body = '';
  let text = '';
  for (let number = 0; body.length < length; number++) {
    const piece = pieces[number % pieces.length] + (number % 7);
    text += piece;
    body += event(piece, number);
  }
  body += event('', 1).replace('"finish_reason":null', '"finish_reason":"stop"') + 'data: [DONE]\n\n';
  return { body: Buffer.from(body), text: Buffer.from(text) };
}

export const streams = { small: stream(40000), short: stream(150000), long: stream(4000000) };

// FNV-1a, as the image computes it.
export function hash(bytes) {
  let sum = 2166136261;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 16777619) >>> 0;
  return sum;
}

// ---- certificates

// Valid from 2026 on for ten years, or in 2020 alone; those who check are told what day it is.
const certificates = {
  ca: { subject: '/CN=rill test CA', from: '20260101', to: '20360101' },
  otherca: { subject: '/CN=another CA', from: '20260101', to: '20360101' },
  good: { subject: `/CN=${host}`, by: 'ca', from: '20260101', to: '20360101' },
  stranger: { subject: `/CN=${host}`, by: 'otherca', from: '20260101', to: '20360101' },
  expired: { subject: `/CN=${host}`, by: 'ca', from: '20200101', to: '20210101' },
};

const openssl = (...words) => execFileSync('openssl', words, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });

function certify(name, { subject, by = name, from, to }) {
  const self = by === name;
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
  openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
  const extensions = self
    ? 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n'
    : `basicConstraints=CA:FALSE\nsubjectAltName=DNS:${host}\n`;
  writeFileSync(join(work, `${name}.ext`), `[it]\n${extensions}`);
  writeFileSync(join(work, 'index.txt'), '');
  writeFileSync(
    join(work, 'ca.cnf'),
    `[ca]\ndefault_ca=it\n[it]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n` +
      `unique_subject=no\n[any]\ncommonName=supplied\n`,
  );
  const signer = self ? ['-selfsign', '-keyfile', `${name}.key`] : ['-cert', `${by}.crt`, '-keyfile', `${by}.key`];
  openssl('ca', '-batch', '-config', 'ca.cnf', ...signer, '-in', `${name}.csr`, '-out', `${name}.crt`, '-notext',
    ...['-startdate', `${from}000000Z`, '-enddate', `${to}000000Z`, '-extfile', `${name}.ext`, '-extensions', 'it']);
}

function makeCertificates() {
  for (const [name, what] of Object.entries(certificates)) certify(name, what);
  openssl('x509', '-in', 'ca.crt', '-outform', 'DER', '-out', 'ca.der');
}

// ---- nginx

const tlsServer = (name, certificate = name, protocols = 'TLSv1.2 TLSv1.3') => `
    server {
        listen 127.0.0.1:${ports[name]} ssl;
        ssl_certificate ${work}/${certificate}.crt;
        ssl_certificate_key ${work}/${certificate}.key;
        ssl_protocols ${protocols};
        include ${work}/locations;
    }`;

// Both are chunked: aimock's as it comes, the file because the server behind speaks HTTP/1.0 and tells no length.
const locations = `
location /v1/ {
    proxy_pass http://127.0.0.1:${ports.aimock};
    proxy_http_version 1.1;
    proxy_buffering off;
}
location /nobody/ {
    proxy_pass http://127.0.0.1:${ports.nobody};
}
location /stream/ {
    proxy_pass http://127.0.0.1:${ports.behind}/;
    proxy_method GET;
    proxy_set_body off;
}
`;

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
    server {
        listen 127.0.0.1:${ports.plain};
        include ${work}/locations;
    }
    ${['good', 'stranger', 'expired'].map((name) => tlsServer(name)).join('')}
    ${tlsServer('modern', 'good', 'TLSv1.3')}
    server {
        listen 127.0.0.1:${ports.behind};
        root ${work}/streams;
        default_type text/event-stream;
        types {}
        ssi on; # the length is not known any more
        ssi_types text/event-stream;
    }
}
`;

async function startNginx() {
  writeFileSync(join(work, 'nginx.conf'), config);
  writeFileSync(join(work, 'locations'), locations);
  const program = process.env.NGINX ?? '/usr/sbin/nginx';
  const { plain, behind, good, stranger, expired, modern } = ports;
  const opened = [plain, behind, good, stranger, expired, modern];
  await start('firmware-nginx', program, ['-p', work, '-c', 'nginx.conf', '-e', 'stderr'], opened);
}

async function startAimock() {
  const words = [
    'build/peers/node_modules/@copilotkit/aimock/dist/cli.cjs',
    ...['--port', String(ports.aimock), '--host', '127.0.0.1', '--fixtures', 'test/peers/fixtures.json'],
  ];
  await start('firmware-aimock', process.execPath, words, [ports.aimock], { AIMOCK_API_KEYS: key });
}

export async function startAll() {
  execFileSync('test/peers/install.sh', { stdio: ['ignore', 'inherit', 'inherit'] });
  mkdirSync(join(work, 'streams'), { recursive: true });
  for (const [name, { body }] of Object.entries(streams)) writeFileSync(join(work, 'streams', name), body);
  makeCertificates();
  await startAimock();
  await startNginx();
}
