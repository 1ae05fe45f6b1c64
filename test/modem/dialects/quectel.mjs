// Quectel, as BG95, BG96 and EC21 speak. Source: "EC200U&EG915U Series TCP/IP Application Note" V1.1 (2021-08-17), called
// [TCP], whose commands these modules share; "BG96 SSL AT Commands Manual" V1.0, called [SSL], by name only (README.md).
import { CellularModem } from '../cellular.mjs';
import { integer, Refused } from '../command.mjs';

const SOCKETS = 12; // [TCP] 2.4.7: connectID 0-11
const SSL_SOCKETS = 12; // [SSL] 2.3.2: clientID 0-11
const SEND_MAX = 1460; // [TCP] 2.4.10
const READ_MAX = 1500; // [TCP] 2.4.11
const BUFFER = 10240;
const PUSH_MAX = 1500; // [TCP] 2.5.2: currentrecvlength 1-1500

const BUFFERED = 0;
const PUSHED = 1;
const TRANSPARENT = 2;

// [TCP] chapter 4
const errors = {
  0: 'operate successfully', 550: 'unknown error', 552: 'invalid parameters', 555: 'operation not supported',
  561: 'open PDP context failed', 563: 'socket identity has been used', 565: 'DNS parse failed',
  566: 'socket connect failed', 567: 'socket has been closed', 568: 'operation busy', 569: 'operation timeout',
  570: 'PDP context break down', 572: 'operation not allowed', 573: 'APN not configured', 579: 'SSL handshake failed',
};
const OPEN_PDP_FAILED = 561;
const IDENTITY_USED = 563;
const BUSY = 568;
const NOT_ALLOWED = 572;
const INVALID = 552;
const codeOf = { dns: 565, refused: 566, timeout: 569, tls: 579 };

export default class Quectel extends CellularModem {
  identity = ['Quectel', 'BG95-M3', 'BG95M3LAR02A04'];
  banner = ['RDY', 'APP RDY'];
  unrelated = '+QIND: "csq",24,99';

  constructor(options) {
    super(options);
    this.sockets = new Map(); // connectID -> socket
    this.sslSockets = new Map(); // clientID -> socket
    this.sslContexts = new Map(); // sslctxID -> { seclevel, sni, ... }
    this.lastError = 0; // AT+QIGETERROR
    this.dataEcho = true; // AT+QISDE
    this.commands = { ...this.cellular(), ...this.tcp(), ...this.ssl() };
  }

  // An error of a TCP/IP command: plain ERROR, the reason by AT+QIGETERROR ([TCP] chapter 4).
  fail(code) {
    this.lastError = code;
    throw new Refused();
  }

  number(text, low, high, fallback) {
    try {
      return integer(text, low, high, fallback);
    } catch {
      return this.fail(INVALID);
    }
  }

  contextDown(context) {
    super.contextDown(context);
    for (const sockets of [this.sockets, this.sslSockets])
      for (const [id, socket] of sockets) {
        if (socket.context !== context) continue;
        this.drop(socket.link);
        sockets.delete(id);
      }
  }

  pushes(link) {
    return super.pushes(link) || link.mode === PUSHED;
  }

  tcp() {
    const one = (map, text) => {
      const socket = map.get(this.number(text, 0, SOCKETS - 1));
      return socket?.link ? socket : this.fail(NOT_ALLOWED);
    };
    return {
      '+QICSGP': {
        set: ([cid, type, apn]) => {
          const context = this.context(this.number(cid, 1, 16));
          if (type === undefined) this.info(`+QICSGP: 1,"${context.apn}","","",0`);
          else Object.assign(context, { apn: apn ?? '' });
        },
      },
      // [TCP] 2.4.3
      '+QIACT': {
        read: () => {
          const active = [...this.contexts].filter(([, context]) => context.active);
          if (active.length) this.info(...active.map(([cid]) => `+QIACT: ${cid},1,1,"10.0.0.2"`));
        },
        set: ([cid]) => {
          const context = this.context(this.number(cid, 1, 16));
          // one that is active already is refused too: modules do so, the manual says nothing of it
          if (context.active || this.locked || !this.dataPossible) this.fail(OPEN_PDP_FAILED);
          context.active = true;
        },
      },
      '+QIDEACT': { set: ([cid]) => this.contextDown(this.context(this.number(cid, 1, 16))) },
      '+QICFG': { set: () => {} },
      '+QISDE': {
        read: () => this.info(`+QISDE: ${Number(this.dataEcho)}`),
        set: ([on]) => void (this.dataEcho = this.number(on, 0, 1) === 1),
      },
      // [TCP] 2.4.7
      '+QIOPEN': {
        set: ([cid, id, type, host, port, , mode]) => {
          const context = this.context(this.number(cid, 1, 16));
          const number = this.number(id, 0, SOCKETS - 1);
          const access = this.number(mode, 0, 2, BUFFERED);
          if (type !== 'TCP') this.fail(555); // UDP and servers are not modelled
          if (!host) this.fail(INVALID);
          if (this.sockets.has(number)) this.fail(IDENTITY_USED);
          if (!context.active) this.fail(OPEN_PDP_FAILED);
          const socket = {
            map: this.sockets,
            id: number,
            context,
            type,
            host,
            port: this.number(port, 1, 65535),
            mode: access,
            urc: '+QIURC',
          };
          this.sockets.set(number, socket);
          if (access === TRANSPARENT) return this.openTransparent(socket);
          this.after = () => this.open(socket, '+QIOPEN');
        },
      },
      // [TCP] 2.4.8
      '+QICLOSE': {
        set: ([id]) => {
          const socket = this.sockets.get(this.number(id, 0, SOCKETS - 1));
          if (!socket) return;
          this.drop(socket.link);
          this.sockets.delete(socket.id);
        },
      },
      // [TCP] 2.4.9
      '+QISTATE': {
        read: () => this.states([...this.sockets.values()]),
        run: () => this.states([...this.sockets.values()]),
        set: ([type, id]) =>
          this.states([...this.sockets.values()].filter((socket) => type === '0' || socket.id === Number(id))),
      },
      // [TCP] 2.4.10
      '+QISEND': {
        set: ([id, length]) => {
          const socket = one(this.sockets, id);
          if (length === '0') {
            const { sent } = socket.link;
            this.info(`+QISEND: ${sent},${sent},0`); // loopback: whatever was sent is acknowledged
            return undefined;
          }
          return this.send(socket, length);
        },
      },
      // [TCP] 2.4.11
      '+QIRD': {
        set: ([id, length]) => {
          const socket = one(this.sockets, id);
          if (socket.mode !== BUFFERED) this.fail(NOT_ALLOWED);
          if (length === '0') {
            const { total, length: unread } = socket.link;
            this.info(`+QIRD: ${total},${total - unread},${unread}`);
            return;
          }
          this.read(socket, '+QIRD', this.number(length, 1, READ_MAX, READ_MAX));
        },
      },
      // [TCP] 2.4.13
      '+QISWTMD': {
        set: ([id, mode]) => {
          const socket = one(this.sockets, id);
          const access = this.number(mode, 0, 2);
          this.setMode(socket, access);
          if (access !== TRANSPARENT) return undefined;
          this.goOnline(socket);
          return 'CONNECT';
        },
      },
      O: () => {
        const socket = this.lastTransparent;
        if (!socket?.link || this.sockets.get(socket.id) !== socket) return 'NO CARRIER';
        this.setMode(socket, TRANSPARENT);
        this.goOnline(socket);
        return 'CONNECT';
      },
      // [TCP] 2.4.17
      '+QIDNSGIP': {
        set: ([, name]) => {
          this.after = () => {
            if (name === 'no-such-host.invalid') return this.urc('+QIURC: "dnsgip",565');
            this.urc('+QIURC: "dnsgip",0,1,600');
            this.urc('+QIURC: "dnsgip","127.0.0.1"');
          };
        },
      },
      // [TCP] 2.4.19
      '+QIGETERROR': () => this.info(`+QIGETERROR: ${this.lastError},${errors[this.lastError] ?? 'unknown error'}`),
      '+QURCCFG': () => {},
      '+QCFG': () => {},
      '+QPOWD': () => void (this.after = () => this.restart()),
      '+QCCID': () => {
        this.needSim();
        this.info('+QCCID: 89860000000000000000');
      },
    };
  }

  // [SSL] 2.3
  ssl() {
    const one = (text) => {
      const socket = this.sslSockets.get(this.number(text, 0, SSL_SOCKETS - 1));
      return socket?.link ? socket : this.fail(NOT_ALLOWED);
    };
    return {
      '+QSSLCFG': {
        set: ([name, id, ...values]) => {
          const number = this.number(id, 0, 5);
          if (!this.sslContexts.has(number)) this.sslContexts.set(number, {});
          const context = this.sslContexts.get(number);
          if (values.length) context[name.toLowerCase()] = values.join(',');
          else this.info(`+QSSLCFG: "${name}",${number},${context[name.toLowerCase()] ?? 0}`);
        },
      },
      '+QSSLOPEN': {
        set: ([cid, sslId, id, host, port, mode]) => {
          const context = this.context(this.number(cid, 1, 16));
          const { seclevel = '0', sni = '0', checkhost = '0' } = this.sslContexts.get(this.number(sslId, 0, 5)) ?? {};
          const number = this.number(id, 0, SSL_SOCKETS - 1);
          const access = this.number(mode, 0, 2, BUFFERED);
          if (this.sslSockets.has(number)) this.fail(IDENTITY_USED);
          if (!context.active) this.fail(OPEN_PDP_FAILED);
          // seclevel 0: no authentication; 1, 2: the server's certificate is checked. Its name only with checkhost, which
          // newer modules have
          const secure = {
            verify: seclevel !== '0',
            expected: seclevel !== '0' && checkhost === '1' ? host : undefined,
            indicated: sni === '1' ? host : undefined,
          };
          const socket = {
            map: this.sslSockets,
            id: number,
            context,
            type: 'SSL',
            host,
            port: this.number(port, 1, 65535),
            mode: access,
            secure,
            urc: '+QSSLURC',
          };
          this.sslSockets.set(number, socket);
          if (access === TRANSPARENT) return this.openTransparent(socket);
          this.after = () => this.open(socket, '+QSSLOPEN');
        },
      },
      '+QSSLSEND': { set: ([id, length]) => this.send(one(id), length) },
      '+QSSLRECV': {
        set: ([id, length]) => this.read(one(id), '+QSSLRECV', this.number(length, 1, READ_MAX, READ_MAX)),
      },
      '+QSSLCLOSE': {
        set: ([id]) => {
          const socket = this.sslSockets.get(this.number(id, 0, SSL_SOCKETS - 1));
          if (!socket) return;
          this.drop(socket.link);
          this.sslSockets.delete(socket.id);
        },
      },
      '+QSSLSTATE': {
        read: () => {},
        run: () => {},
      },
    };
  }

  async attach(socket) {
    if (this.busy()) return BUSY;
    try {
      const link = await this.connect({ ...socket, limit: BUFFER });
      if (this.dead) return 0;
      socket.link = link;
      link.mode = socket.mode;
      return 0;
    } catch (error) {
      if (!error.kind) throw error;
      return codeOf[error.kind];
    }
  }

  // Behind OK comes +QIOPEN: <connectID>,<err>. An <err> leaves the identity in use until AT+QICLOSE ([TCP] 2.4.7).
  async open(socket, name) {
    const code = await this.attach(socket);
    if (this.dead) return;
    if (socket.map.get(socket.id) !== socket) return this.drop(socket.link); // closed meanwhile
    if (code !== 0) this.lastError = code;
    this.urc(`${name}: ${socket.id},${code}`);
    if (code === 0) this.watch(socket);
  }

  // In transparent mode the result itself is CONNECT, or ERROR.
  async openTransparent(socket) {
    const code = await this.attach(socket);
    if (this.dead) return null;
    if (code !== 0) {
      socket.map.delete(socket.id);
      this.fail(code);
    }
    this.watch(socket);
    this.goOnline(socket);
    return 'CONNECT';
  }

  setMode(socket, mode) {
    socket.mode = mode;
    socket.link.mode = mode;
  }

  goOnline(socket) {
    this.lastTransparent = socket;
    // [TCP] 1.1: behind +++ comes OK, and the socket is in buffer access mode
    this.online(socket.link, {
      escaped: () => {
        this.setMode(socket, BUFFERED);
        this.result('OK');
      },
    });
  }

  watch(socket) {
    const { link } = socket;
    link.on('data', () => this.linkReady(link));
    link.on('end', () => this.linkReady(link));
    this.linkReady(link);
  }

  linkReady(link) {
    super.linkReady(link);
    const socket = this.socketOf(link);
    if (!socket || link === this.onlineLink) return;
    if (link.length && socket.mode === PUSHED) this.urc(() => this.push(socket));
    else if (link.length && !socket.told) this.tellReceived(socket);
    if (link.ended && (link.length === 0 || socket.mode !== PUSHED)) this.tellClosed(socket);
  }

  // [TCP] 2.5.2: in buffer mode one line for data in an empty buffer, none more until all of it has been read.
  tellReceived(socket) {
    socket.told = true;
    this.urc(`${socket.urc}: "recv",${socket.id}`);
  }

  push(socket) {
    while (socket.link.length && !this.serial.full && !this.dead)
      this.framed({
        link: socket.link,
        asked: PUSH_MAX,
        header: (length) => `\r\n${socket.urc}: "recv",${socket.id},${length}\r\n`,
      });
    if (socket.link.ended && socket.link.length === 0) this.tellClosed(socket);
  }

  // [TCP] 2.5.1; what is still in the buffer can be read until AT+QICLOSE
  tellClosed(socket) {
    if (socket.toldClosed) return;
    socket.toldClosed = true;
    this.urc(`${socket.urc}: "closed",${socket.id}`);
  }

  socketOf(link) {
    return [...this.sockets.values(), ...this.sslSockets.values()].find((socket) => socket.link === link);
  }

  carrierLost(link) {
    super.carrierLost(link);
    for (const [id, socket] of this.sockets) if (socket.link === link) this.sockets.delete(id);
  }

  async send(socket, length) {
    const fixed = length === undefined ? null : this.number(length, 1, SEND_MAX);
    const bytes = await this.collect(fixed, { echo: this.dataEcho });
    if (this.dead) return null;
    if (bytes === null) return 'OK'; // ESC
    if (bytes.length > SEND_MAX) return 'ERROR';
    if (this.bufferFull()) return 'SEND FAIL';
    return socket.link.send(bytes) ? 'SEND OK' : 'ERROR';
  }

  // +QIRD: <length> CR LF <data> CR LF, then OK ([TCP] 2.4.11).
  read(socket, name, asked) {
    this.framed({
      link: socket.link,
      asked,
      header: (length) => `\r\n${name}: ${length}\r\n`,
      behind: socket.link.length ? '\r\n' : '',
    });
    if (socket.link.length === 0) socket.told = false;
  }

  states(sockets) {
    if (!sockets.length) return;
    this.info(
      ...sockets.map(({ id, type, host, port, link, mode }) => {
        const state = !link ? 1 : link.ended ? 4 : 2;
        return `+QISTATE: ${id},"${type}","${host}",${port},${link?.localPort ?? 0},${state},1,${id},${mode},"uart1"`;
      }),
    );
  }
}
