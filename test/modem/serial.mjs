// The serial line as the modem sees it: bytes out at the line's speed, bytes in as they come. The faults of a line
// (bytes lost, noise) act here, on whatever the modem sends.
import { EventEmitter } from 'node:events';

const TICK_MS = 10;

export class Serial extends EventEmitter {
  constructor(socket, { baud = 0, faults, random, log = () => {} }) {
    super();
    this.socket = socket;
    this.bytesPerTick = baud ? (baud / 10 / 1000) * TICK_MS : 0; // 8N1: ten bits for each byte
    this.credit = 0;
    this.faults = faults;
    this.random = random;
    this.log = log;
    this.waiting = []; // paced bytes that have not left yet
    this.backlog = 0;
    this.payloadBytes = 0; // socket data sent so far: what lost-bytes:@N counts
    socket.setNoDelay?.(true);
    socket.on('data', (bytes) => {
      log('DTE', bytes);
      this.emit('data', bytes);
    });
    socket.on('drain', () => this.emit('drain'));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(this.timer);
      this.emit('close');
    });
    if (faults.has('garbage')) this.send(Buffer.from([0, 0xff, 0xfe, 0x80, 0xf0, 0x00, 0xff])); // at power-on
  }

  // `payload`: these are bytes of a socket, not of the dialogue.
  write(bytes, { payload = false } = {}) {
    let out = Buffer.from(bytes);
    if (payload) out = this.#loseAtPosition(out);
    out = this.#loseAtRate(out);
    this.send(this.#noise(out));
  }

  send(bytes) {
    if (bytes.length === 0 || this.socket.destroyed) return;
    this.log('DCE', bytes);
    if (!this.bytesPerTick) {
      this.socket.write(bytes);
      return;
    }
    this.waiting.push(bytes);
    this.backlog += bytes.length;
    this.timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  // More is waiting than a modem would hold: whoever feeds from the network waits for 'drain'.
  get full() {
    return this.backlog + this.socket.writableLength > 16384;
  }

  #tick() {
    this.credit += this.bytesPerTick;
    while (this.credit >= 1 && this.waiting.length) {
      const first = this.waiting[0];
      const part = first.subarray(0, Math.floor(this.credit));
      this.socket.write(part);
      this.credit -= part.length;
      this.backlog -= part.length;
      if (part.length === first.length) this.waiting.shift();
      else this.waiting[0] = first.subarray(part.length);
    }
    if (this.waiting.length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      this.credit = 0;
    }
    if (!this.full) this.emit('drain');
  }

  #loseAtPosition(bytes) {
    const start = this.payloadBytes;
    this.payloadBytes += bytes.length;
    const { position, count } = this.faults.get('lost-bytes') ?? {};
    if (position === undefined) return bytes;
    return Buffer.from(bytes.filter((_, i) => start + i < position || start + i >= position + count));
  }

  #loseAtRate(bytes) {
    const { rate } = this.faults.get('lost-bytes') ?? {};
    return rate === undefined ? bytes : Buffer.from(bytes.filter(() => this.random() >= rate));
  }

  #noise(bytes) {
    const { rate } = this.faults.get('garbage') ?? {};
    return rate === undefined
      ? bytes
      : bytes.map((byte) => (this.random() < rate ? Math.floor(this.random() * 256) : byte));
  }
}
