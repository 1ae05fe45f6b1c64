// Instructions per byte of body, from the interrupt to the struct. Exact: two runs must give the same.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { check, counted, finish, run, valueOf } from './qemu.mjs';

const folder = 'build/firmware/uart';
mkdirSync(folder, { recursive: true });

const body = readFileSync('test/demo/answer.sse');
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const events = body.toString('latin1').split(/(?<=\n\n)/); // as servers send them: an event, a chunk
const chunked = events.map((event) => `${event.length.toString(16)}\r\n${event}\r\n`).join('');
writeFileSync(`${folder}/answer.http`, Buffer.from(`${head}${chunked}0\r\n\r\n`, 'latin1'));

const CORES = [
  ['an385-bare', 'Cortex-M0+, lean struct', ['test/demo/answer.sse']],
  ['an385-m0plus', 'Cortex-M0+', ['test/demo/answer.sse', `${folder}/answer.http`]],
  ['an385', 'Cortex-M3', ['test/demo/answer.sse', `${folder}/answer.http`]],
  ['an505', 'Cortex-M33', ['test/demo/answer.sse', `${folder}/answer.http`]],
  ['virt', 'RV32IMAC', ['test/demo/answer.sse', `${folder}/answer.http`]],
];

for (const [board, core, files] of CORES) {
  for (const file of files) {
    const how = file.endsWith('.http') ? 'HTTP, chunked' : 'bare SSE';
    const [first, second] = [await run(board, 'uart_count', { options: counted, words: [file] }),
      await run(board, 'uart_count', { options: counted, words: [file] })];
    const value = (of) => valueOf(first, of);
    check(`${core}, ${how}: decodes`, value('end') === 1 && value('lost') === 0 && first.code === 0, first.out);
    check(`${core}, ${how}: the same twice`, first.out === second.out && value('decoded') > 0, first.out + second.out);
    const per = (of) => (value(of) / body.length).toFixed(1);
    const all = ((value('received') + value('decoded')) / body.length).toFixed(1);
    console.log(
      `${core}, ${how}: ${all} instructions per byte of body: interrupt ${per('received')}, ` +
        `read and decode ${per('decoded')}; decoded from RAM without the ring ${per('given')}`,
    );
  }
}
finish();
