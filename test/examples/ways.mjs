// `rill chat --port`: the demo's answer comes whole over every way, and what is wrong with a way is told.
// Devices are pseudo terminals that socat makes; the modem is the project's emulator; TLS ends in node's own.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

import { demoText, startDemoServer } from './servers.mjs';

const folder = 'build/examples/ways';
const authority = `${folder}/ca.pem`;
const running = [];
let passed = 0;
let failed = 0;

function check(name, good, detail) {
  if (good) passed++;
  else failed++;
  if (!good) console.log(`FAILED ${name}: ${detail}`);
}

// Starts a program that runs until stop().
function start(command, words) {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.on('error', (error) => console.log(`FAILED ${command}: ${error.message}`));
  running.push(child);
  return child;
}
const stop = () => running.splice(0).forEach((child) => child.kill());
process.on('exit', stop);

// A device of the system that leads to a port of 127.0.0.1.
async function device(name, port) {
  const path = `${folder}/${name}`;
  rmSync(path, { force: true });
  start('socat', [`pty,link=${path}`, `tcp:127.0.0.1:${port}`]);
  for (let tries = 0; !existsSync(path); tries++) {
    if (tries > 200) throw new Error(`socat makes no ${path}`);
    await new Promise((done) => setTimeout(done, 25));
  }
  return path;
}

async function startModem(dialect, port, words = []) {
  const modem = start('node', ['test/modem/emulator.mjs', '--dialect', dialect, '--listen', String(port), ...words]);
  await new Promise((done) => modem.stdout.once('data', done)); // it listens
}

function chat(words) {
  const environment = { ...process.env, SSL_CERT_FILE: authority };
  for (const name of ['OPENAI_BASE_URL', 'OPENAI_API_KEY', 'OPENAI_MODEL']) delete environment[name];
  const child = spawn('build/rill', ['chat', ...words, 'What is a rill?'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
    timeout: 60000,
  });
  const result = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (data) => (result.out += data));
  child.stderr.setEncoding('utf8').on('data', (data) => (result.err += data));
  return new Promise((done) => child.on('close', (code) => done({ ...result, code })));
}

const wanted = demoText();
async function comes(name, words) {
  const result = await chat(words);
  check(name, result.code === 0 && result.out.includes(wanted.trimEnd()), JSON.stringify(result));
}
async function refused(name, words, code, message) {
  const result = await chat(words);
  check(name, result.code === code && result.out === '' && message.test(result.err), JSON.stringify(result));
}

// TLS in front of the demo's server, with a certificate for localhost and llm.example.com.
async function startTls(behind) {
  const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-addext', 'subjectAltName=DNS:localhost,DNS:llm.example.com'];
  const server = ['-CA', authority, '-CAkey', `${folder}/ca.key`, '-addext', 'basicConstraints=CA:FALSE'];
  openssl(...request, '-subj', '/CN=a CA for tests', '-keyout', `${folder}/ca.key`, '-out', authority);
  openssl(...request, ...names, ...server, '-subj', '/CN=llm', '-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`);
  const options = { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`) };
  const listener = tls.createServer(options, (near) => {
    const far = net.connect(behind, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => near.destroy(far.destroy()));
  });
  listener.unref();
  await new Promise((done) => listener.listen(25080, '127.0.0.1', done));
}

mkdirSync(folder, { recursive: true });
const port = await startDemoServer(`${folder}/captures`);
const url = `http://llm.example.com:${port}/v1`; // the emulated modem knows every name as 127.0.0.1

await comes('tcp', ['--port', `tcp:127.0.0.1:${port}`]);
await comes('tcp, with a URL', ['--port', `tcp:127.0.0.1:${port}`, '--url', 'http://llm.example.com/v1']);
await comes('uart', ['--port', `uart:${await device('line', port)}`]);
await comes('uart, with its rate', ['--port', `uart:${await device('rate', port)},921600,rtscts`]);
let modemPort = 25070;
for (const dialect of ['quectel', 'simcom', 'ublox', 'esp-at', 'nordic-slm', 'hayes']) {
  await startModem(dialect, ++modemPort);
  const network = { 'esp-at': ',ssid=somewhere,password=secret', hayes: '' }[dialect] ?? ',apn=internet';
  const path = await device(dialect, modemPort);
  await comes(`modem: ${dialect}`, ['--url', url, '--port', `modem:${path},${dialect}${network}`]);
}
await startTls(port);
const secure = 'https://llm.example.com:25080/v1';
await comes('tls', ['--port', 'tls:localhost:25080']);
await startModem('ublox', 25078);
const path = await device('ours', 25078);
await comes('our TLS over a modem over a line', ['--url', secure, '--port', `modem:${path},ublox,apn=internet`]);
await startModem('esp-at', 25079, ['--ca', authority]);
const own = await device('its', 25079);
await comes("the modem's own TLS", ['--url', secure, '--port', `modem:${own},esp-at,ssid=x,password=y,tls,ca=0`]);
await refused('tls: another name', ['--port', 'tls:127.0.0.1:25080'], 1, /for another host/);
await refused("a modem without TLS of its own", ['--url', secure, '--port', 'modem:x,hayes,tls'], 2, /not supported/);
await refused('modem: no URL', ['--port', 'modem:x,quectel'], 2, /no server/);
await refused('modem: no device', ['--url', url, '--port', 'modem:x,quectel'], 1, /x: no such host or device/);
await refused('modem: no dialect', ['--url', url, '--port', 'modem:x,y'], 2, /no dialect/);
await refused('modem: no such word', ['--url', url, '--port', 'modem:x,quectel,y=1'], 2, /no such setting/);
await refused('uart: no device', ['--port', 'uart:build/none'], 1, /no such host or device/);
await refused('uart: no number', ['--port', 'uart:x,fast'], 2, /baud/);
await refused('tcp: no port', ['--port', 'tcp:localhost'], 2, /HOST:PORT/);
await refused('none of these', ['--port', 'usb:0'], 2, /none of/);
stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
