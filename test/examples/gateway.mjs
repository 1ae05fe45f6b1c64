// The gateway example holds 10,000 streams at once, against nginx: every text whole, memory as told.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { resolve } from 'node:path';

const STREAMS = 10000;
const PORT = 25060;
const home = resolve('build/examples/nginx');

// A stream of 24 KB takes 24 seconds, so that all of them are open at the same time on a busy machine, too.
const configuration = `
daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events { worker_connections ${STREAMS * 1.2}; } # with less to spare it drops connections that have not asked yet
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    open_file_cache max=10;
    types { text/event-stream sse; }
    server {
        listen 127.0.0.1:${PORT} backlog=4096;
        root ${resolve('test/demo')};
        location / {
            limit_rate 1k;
            error_page 405 =200 $uri; # a POST to a file
        }
    }
}
`;

const opened = () =>
  new Promise((told) => {
    const socket = net.connect(PORT, '127.0.0.1');
    socket.on('connect', () => socket.destroy(told(true)));
    socket.on('error', () => told(false));
  });

let failed = 0;
function check(name, good, detail) {
  if (!good) failed++;
  if (!good) console.log(`FAILED ${name}: ${detail}`);
}

if (!existsSync('build/examples/gateway')) throw new Error('first make build/examples/gateway');
mkdirSync(home, { recursive: true });
writeFileSync(`${home}/nginx.conf`, configuration);
if (await opened()) throw new Error(`port ${PORT} of 127.0.0.1 is taken; this test needs it`);
const words = `ulimit -n ${STREAMS * 1.2 + 100} && exec /usr/sbin/nginx -p ${home} -c nginx.conf -e stderr`;
const nginx = spawn('sh', ['-c', words], { stdio: ['ignore', 'inherit', 'inherit'] });
process.on('exit', () => nginx.kill());
for (let tries = 0; !(await opened()); tries++) {
  if (tries > 200 || nginx.exitCode !== null) throw new Error('nginx does not start');
  await new Promise((done) => setTimeout(done, 50));
}
const one = spawnSync('build/examples/gateway', ['127.0.0.1', String(PORT), '/answer.sse', '1'], { encoding: 'utf8' });
const all = spawnSync('build/examples/gateway', ['127.0.0.1', String(PORT), '/answer.sse', String(STREAMS)], {
  encoding: 'utf8',
  timeout: 120000,
});
const number = (output, name) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(output)?.[1]);
for (const name of ['at once', 'done']) check(name, number(all.stdout, name) === STREAMS, all.stdout + all.stderr);
check('texts are alike', number(all.stdout, 'texts that differ') === 0, all.stdout);
const text = number(one.stdout, 'text');
check('texts are whole', text > 0 && number(all.stdout, 'text') === text * STREAMS, one.stdout + all.stdout);
const told = number(all.stdout, 'memory of a stream');
const measured = number(all.stdout, 'resident, measured');
check('memory', measured >= told && measured < told * 1.1 + 16, `${measured} bytes a stream, ${told} told`);
check('exit status', one.status === 0 && all.status === 0, `${one.status} and ${all.status}\n${all.stderr}`);
process.stdout.write(all.stdout.replace(/^/gm, '    ').trimEnd() + '\n');
console.log(`gateway: ${number(all.stdout, 'at once')} streams at once, ${measured} bytes each (resident)`);
process.exit(failed === 0 ? 0 : 1);
