// A server of one answer, whose bytes are known to the last: chunks of many lengths. It answers ask.c's question alone.
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const question = 'What is a rill?\r\nOK\r\n+++';
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

// Calls `asked` when all of a request is there: true where it is the right one.
function awaitRequest(socket, asked) {
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
    const [fields, content] = text.split('\r\n\r\n');
    const length = Number(/^content-length: (\d+)$/im.exec(fields)?.[1]);
    if (content?.length === length) asked(JSON.parse(content).messages[0].content === question);
  });
}

export class Server {
  // `stop`: sends no more than so many bytes of the body, and then hangs up, or waits. `stays`: does not end the
  // connection when all is sent.
  constructor(port, body, { stop = body.length, hangsUp = false, stays = false } = {}) {
    Object.assign(this, { port, body, stop, stays });
    this.ends = hangsUp || (stop === body.length && !stays);
    this.pieces = [Buffer.from(head)];
    this.chunks = []; // where each ends: in the answer, in the body
    this.sent = head.length;
    for (let from = 0, size = 1; from < stop; from += size, size = (size * 7 + 13) % 1999 + 1)
      this.#add(body.subarray(from, Math.min(stop, from + size)));
    if (stop === body.length) this.pieces.push(Buffer.from('0\r\n\r\n'));
  }

  #add(chunk) {
    const size = chunk.length.toString(16);
    const before = this.chunks.at(-1)?.body ?? 0;
    this.chunks.push({ data: this.sent + size.length + 2, body: before + chunk.length, length: chunk.length });
    this.pieces.push(Buffer.from(`${size}\r\n`), chunk, Buffer.from('\r\n'));
    this.sent += size.length + chunk.length + 4;
  }

  // How many bytes of the body are in the first `bytes` of the answer.
  bodyWithin(bytes) {
    return this.chunks.reduce((sum, { data, length }) => sum + Math.max(0, Math.min(length, bytes - data)), 0);
  }

  // Whether the other side has ended the last connection, within two seconds.
  wasLeft() {
    return Promise.race([this.left, sleep(2000, false)]);
  }

  listen() {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      this.left = new Promise((left) => socket.on('close', () => left(true)));
      awaitRequest(socket, (right) => {
        if (!right) socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
        else if (this.ends) socket.end(Buffer.concat(this.pieces));
        else socket.write(Buffer.concat(this.pieces));
      });
    });
    server.unref();
    return new Promise((listening) => server.listen(this.port, '127.0.0.1', listening));
  }
}
