// The network side: one TCP or TLS connection of the modem, always to this machine's loopback.
import { EventEmitter } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';

export const UNKNOWN_HOST = 'no-such-host.invalid';

// No traffic ever leaves loopback: an address in 127.0.0.0/8 is itself, every other address and name is 127.0.0.1.
export const resolve = (host) => {
  if (host.toLowerCase() === UNKNOWN_HOST) throw new LinkError('dns', `unknown host ${host}`);
  return /^127(\.\d{1,3}){3}$/.test(host) ? host : '127.0.0.1';
};

// Why a connection could not be made: 'dns', 'refused', 'timeout' or 'tls'.
export class LinkError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

export class Link extends EventEmitter {
  // `secure`: undefined, or { verify: is the chain checked, expected: the name that the certificate must have, if any,
  // indicated: the name told to the server (SNI), ca: who is trusted }.
  // `limit`: how many received bytes the modem keeps before it stops the peer. `closeAfter`: the fault close-mid-stream.
  static open({ host, port, secure, limit = 10240, closeAfter, timeout = 10000 }) {
    return new Promise((done, fail) => {
      const address = { host: resolve(host), port };
      const socket = secure
        ? tls.connect({
            ...address,
            servername: net.isIP(secure.indicated ?? '') ? undefined : secure.indicated,
            rejectUnauthorized: Boolean(secure.verify),
            ca: secure.ca,
            checkServerIdentity: (_, certificate) =>
              secure.expected === undefined ? undefined : tls.checkServerIdentity(secure.expected, certificate),
          })
        : net.connect(address);
      const failed = (error) => {
        socket.destroy();
        fail(error);
      };
      socket.setTimeout(timeout, () => failed(new LinkError('timeout', 'connecting took too long')));
      socket.once('error', (error) => failed(new LinkError(kindOf(error, secure), error.code ?? error.message)));
      socket.once('close', () => failed(new LinkError(secure ? 'tls' : 'refused', 'closed while connecting')));
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        socket.removeAllListeners('error');
        socket.removeAllListeners('close');
        socket.setTimeout(0);
        socket.setNoDelay(true);
        done(new Link(socket, { host, port, limit, closeAfter }));
      });
    });
  }

  constructor(socket, { host, port, limit, closeAfter }) {
    super();
    Object.assign(this, { socket, host, port, limit, closeAfter });
    this.pieces = [];
    this.length = 0; // bytes received that nobody has taken yet
    this.total = 0; // bytes received ever
    this.sent = 0;
    this.ended = false; // the peer is done, or the connection broke; what was received stays readable
    this.held = false;
    socket.on('data', (bytes) => this.#received(bytes));
    socket.on('end', () => this.#end());
    socket.on('error', () => this.#end());
    socket.on('close', () => this.#end());
  }

  get localPort() {
    return this.socket.localPort ?? 0;
  }

  // Removes and gives up to `most` received bytes.
  take(most) {
    const all = Buffer.concat(this.pieces);
    const part = all.subarray(0, most);
    const rest = all.subarray(part.length);
    this.pieces = rest.length ? [rest] : [];
    this.length = rest.length;
    this.#flow();
    return part;
  }

  // True when the bytes were given to the network.
  send(bytes) {
    if (this.ended || this.socket.destroyed) return false;
    this.socket.write(bytes);
    this.sent += bytes.length;
    return true;
  }

  // Stops or goes on receiving, as the serial line has room.
  hold(held) {
    this.held = held;
    this.#flow();
  }

  close() {
    this.removeAllListeners();
    this.ended = true;
    this.socket.end();
    setTimeout(() => this.socket.destroy(), 500).unref();
  }

  #received(bytes) {
    if (this.ended) return;
    const cut = this.closeAfter === undefined ? bytes : bytes.subarray(0, this.closeAfter - this.total);
    if (cut.length) {
      this.pieces.push(cut);
      this.length += cut.length;
      this.total += cut.length;
      this.#flow();
      this.emit('data');
    }
    if (this.closeAfter !== undefined && this.total >= this.closeAfter) {
      this.socket.destroy();
      this.#end();
    }
  }

  #flow() {
    if (this.held || this.length >= this.limit) this.socket.pause();
    else this.socket.resume();
  }

  #end() {
    if (this.ended) return;
    this.ended = true;
    this.emit('end');
  }
}

const kindOf = (error, secure) => {
  if (error.code === 'ECONNREFUSED') return 'refused';
  if (error.code === 'ETIMEDOUT') return 'timeout';
  return secure ? 'tls' : 'refused';
};
