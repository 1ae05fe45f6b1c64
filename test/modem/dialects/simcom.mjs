// SIMCom, as SIM7600 and A7670 speak. Sources: "A76XX Series TCPIP Application Note" V1.01 (2021-07-02) and
// "SIM7500_SIM7600_SIM7800 Series TCPIP AT Command Manual" V1.00 (2018-10-12), called [TCP]; the chapter on SSL commands
// (AT+CCH...) of "A7600 Series AT Command Manual" V1.01 (2020-06-19), called [CCH].
import { CellularModem } from '../cellular.mjs';
import { integer, Refused } from '../command.mjs';

const SOCKETS = 10; // [TCP] CIPOPEN: link_num 0-9
const SESSIONS = 2; // [CCH] CCHOPEN: session_id 0-1
const SEND_MAX = 1500; // [TCP] CIPSEND
const READ_MAX = 1500; // [TCP] CIPRXGET=2; half of it in hexadecimal
const CCH_MAX = 2048; // [CCH] CCHSEND, CCHRECV
const BUFFER = 10240;
const PUSH_MAX = 1500;

// [TCP] <err> of CIPOPEN, CIPSEND, CIPCLOSE, NETOPEN
const NETWORK_FAILURE = 1;
const NOT_OPENED = 2;
const NOT_SUPPORTED = 4;
const codeOf = { dns: 11, refused: 5, timeout: 10 };
const BUSY = 8;
// [CCH] <err>
const cchCodeOf = { dns: 13, refused: 14, timeout: 5, tls: 15 };
const CCH_BUSY = 3;

const AUTOMATIC = 0;
const MANUAL = 1;

export default class Simcom extends CellularModem {
  identity = ['SIMCOM INCORPORATED', 'A7670E-LASE', 'A7670M7_V1.11.1'];
  unrelated = '+CGEV: EPS PDN ACT 1';
  prompt = '\r\n>';

  constructor(options) {
    super(options);
    this.banner = ['*ATREADY: 1', ...(this.faults.has('no-sim') ? ['+CPIN: SIM REMOVED'] : []), 'SMS DONE', 'PB DONE'];
    this.network = false; // NETOPEN
    this.receiving = AUTOMATIC; // AT+CIPRXGET
    this.transparent = false; // AT+CIPMODE
    this.sockets = new Map();
    this.cch = {
      started: false, // CCHSTART
      report: false, // CCHSET: +CCHSEND for each send
      receiving: AUTOMATIC, // CCHSET
      contexts: new Map(), // CSSLCFG
      chosen: new Map(), // CCHSSLCFG: session -> context
      sessions: new Map(),
    };
    this.commands = { ...this.cellular(), ...this.tcp(), ...this.secure() };
  }

  // An error that says its number in the command's own line.
  refuse(line) {
    this.info(line);
    throw new Refused();
  }

  contextDown(context) {
    super.contextDown(context);
    if (this.network && context === this.context(1)) {
      this.closeNetwork();
      this.urc('+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY');
    }
  }

  closeNetwork() {
    this.network = false;
    for (const { link } of this.sockets.values()) this.drop(link);
    this.sockets.clear();
  }

  pushes(link) {
    const socket = this.socketOf(link);
    return super.pushes(link) || (socket !== undefined && this.receivingOf(socket) === AUTOMATIC);
  }

  socketOf(link) {
    return [...this.sockets.values(), ...this.cch.sessions.values()].find((socket) => socket.link === link);
  }

  receivingOf(socket) {
    return socket.session ? this.cch.receiving : this.receiving;
  }

  tcp() {
    const one = (text, name) => {
      const number = integer(text, 0, SOCKETS - 1);
      const socket = this.sockets.get(number);
      if (socket?.link) return socket;
      return this.refuse(name === 'CIPRXGET' ? '+IP ERROR: No data' : `+${name}: ${number},${NOT_SUPPORTED}`);
    };
    return {
      '+NETOPEN': {
        read: () => this.info(`+NETOPEN: ${Number(this.network)}`),
        run: () => {
          this.needSim();
          if (this.network) this.refuse('+IP ERROR: Network is already opened');
          this.network = this.dataPossible;
          this.context(1).active = this.network;
          const code = this.network ? 0 : NETWORK_FAILURE;
          this.after = () => this.urc(`+NETOPEN: ${code}`);
        },
      },
      '+NETCLOSE': {
        run: () => {
          if (!this.network) this.refuse(`+NETCLOSE: ${NOT_OPENED}`);
          this.closeNetwork();
          this.after = () => this.urc('+NETCLOSE: 0');
        },
      },
      '+IPADDR': {
        run: () => {
          if (!this.network) this.refuse('+IP ERROR: Network not opened');
          this.info('+IPADDR: 10.0.0.2');
        },
      },
      '+CIPMODE': {
        read: () => this.info(`+CIPMODE: ${Number(this.transparent)}`),
        set: ([mode]) => {
          if (this.network) throw new Refused(); // only before NETOPEN
          this.transparent = integer(mode, 0, 1) === 1;
        },
      },
      '+CIPCCFG': () => {},
      '+CIPTIMEOUT': () => {},
      '+CIPHEAD': () => {},
      '+CIPSRIP': () => {},
      '+CIPSENDMODE': () => {},
      '+CIPOPEN': {
        read: () =>
          this.info(
            ...Array.from({ length: SOCKETS }, (_, id) => {
              const socket = this.sockets.get(id);
              return socket?.link ? `+CIPOPEN: ${id},"TCP","${socket.host}",${socket.port},-1` : `+CIPOPEN: ${id}`;
            }),
          ),
        set: ([id, type, host, port]) => {
          const number = integer(id, 0, SOCKETS - 1);
          if (!this.network) this.refuse(`+CIPOPEN: ${number},${NOT_OPENED}`);
          if (type !== 'TCP' || this.sockets.has(number)) this.refuse(`+CIPOPEN: ${number},${NOT_SUPPORTED}`);
          const socket = { id: number, host, port: integer(port, 1, 65535) };
          this.sockets.set(number, socket);
          if (this.transparent) return this.openTransparent(socket);
          this.after = () => this.open(socket);
        },
      },
      '+CIPSEND': {
        set: async ([id, length]) => {
          const socket = one(id, 'CIPSEND');
          const bytes = await this.collect(length === undefined || length === '' ? null : integer(length, 1, SEND_MAX));
          if (this.dead) return null;
          if (bytes === null) return 'ERROR';
          // confirmed: -1 disconnected, 0 the buffer is full
          const confirmed = this.bufferFull() ? 0 : socket.link.send(bytes) ? bytes.length : -1;
          this.after = () => this.urc(`+CIPSEND: ${socket.id},${bytes.length},${confirmed}`);
          return 'OK';
        },
      },
      '+CIPCLOSE': {
        read: () => {
          const open = Array.from({ length: SOCKETS }, (_, id) => Number(Boolean(this.sockets.get(id)?.link)));
          this.info(`+CIPCLOSE: ${open.join(',')}`);
        },
        set: ([id]) => {
          const socket = one(id, 'CIPCLOSE');
          this.drop(socket.link);
          this.sockets.delete(socket.id);
          this.after = () => this.urc(`+CIPCLOSE: ${socket.id},0`);
        },
      },
      '+CIPRXGET': {
        read: () => this.info(`+CIPRXGET: ${this.receiving}`),
        set: ([mode, id, length]) => {
          const number = integer(mode, 0, 4);
          if (number <= 1) return void (this.receiving = number);
          if (this.receiving !== MANUAL) throw new Refused();
          const socket = one(id, 'CIPRXGET');
          if (number === 4) return this.info(`+CIPRXGET: 4,${socket.id},${socket.link.length}`);
          if (socket.link.length === 0) this.refuse('+IP ERROR: No data');
          return this.read(socket, number, integer(length, 1, READ_MAX, READ_MAX));
        },
      },
      '+CIPSTAT': () => {},
      '+CDNSGIP': {
        set: ([name]) => {
          if (name === 'no-such-host.invalid') this.refuse('+CDNSGIP: 0,10');
          this.info(`+CDNSGIP: 1,"${name}","127.0.0.1"`);
        },
      },
      '+CRESET': () => void (this.after = () => this.restart()),
      '+CICCID': () => {
        this.needSim();
        this.info('+ICCID: 89860000000000000000');
      },
    };
  }

  async open(socket) {
    const code = await this.attach(socket, codeOf, BUSY);
    if (this.dead) return;
    if (code !== 0) this.sockets.delete(socket.id);
    else if (this.sockets.get(socket.id) !== socket) return this.drop(socket.link);
    this.urc(`+CIPOPEN: ${socket.id},${code}`);
    if (code === 0) this.watch(socket);
  }

  async openTransparent(socket) {
    const code = await this.attach(socket, codeOf, BUSY);
    if (this.dead) return null;
    if (code !== 0) {
      this.sockets.delete(socket.id);
      return 'CONNECT FAIL';
    }
    socket.transparent = true;
    this.watch(socket);
    this.online(socket.link, { escaped: () => this.result('OK') });
    return 'CONNECT 115200';
  }

  carrierLost(link) {
    for (const [id, socket] of this.sockets) if (socket.link === link) this.sockets.delete(id);
    this.offline();
    this.drop(link);
    this.result('CLOSED');
    this.flushUrcs();
  }

  async attach(socket, codes, busy) {
    if (this.busy()) return busy;
    try {
      socket.link = await this.connect({ ...socket, limit: BUFFER });
      return 0;
    } catch (error) {
      if (!error.kind) throw error;
      return codes[error.kind];
    }
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
    if (!socket || link === this.onlineLink || socket.transparent) return;
    const automatic = this.receivingOf(socket) === AUTOMATIC;
    if (link.length && automatic) this.urc(() => this.push(socket));
    else if (link.length && !socket.told) {
      socket.told = true;
      this.urc(socket.session ? `+CCHEVENT: ${socket.id},RECV EVENT` : `+CIPRXGET: 1,${socket.id}`);
    }
    if (link.ended && (link.length === 0 || !automatic)) this.tellClosed(socket);
  }

  // The data comes by itself: RECV FROM and +IPD ([TCP] CIPSRIP, CIPHEAD), or +CCHRECV: DATA ([CCH] CCHSET).
  push(socket) {
    const { link, id, host, port } = socket;
    while (link.length && !this.serial.full && !this.dead)
      this.framed({
        link,
        asked: PUSH_MAX,
        header: (length) =>
          socket.session
            ? `\r\n+CCHRECV: DATA,${id},${length}\r\n`
            : `\r\nRECV FROM:${host}:${port}\r\n+IPD${length}\r\n`,
      });
    if (link.ended && link.length === 0) this.tellClosed(socket);
  }

  // <close_reason> 1: closed by the remote side. What is in the buffer stays readable.
  tellClosed(socket) {
    if (socket.toldClosed) return;
    socket.toldClosed = true;
    this.urc(socket.session ? `+CCH_PEER_CLOSED: ${socket.id}` : `+IPCLOSE: ${socket.id},1`);
    if (!socket.session && socket.link.length === 0) this.forget(socket);
  }

  // A connection that the peer has closed is gone when its data has been read.
  forget(socket) {
    this.drop(socket.link);
    this.sockets.delete(socket.id);
  }

  // +CIPRXGET: <mode>,<link>,<read>,<rest> CR LF <data>
  read(socket, mode, asked) {
    const { link } = socket;
    const header = (length) => `\r\n+CIPRXGET: ${mode},${socket.id},${length},${link.length}\r\n`;
    if (mode === 2) this.framed({ link, asked, header });
    else {
      const bytes = link.take(Math.min(asked, READ_MAX / 2)); // mode 3: in hexadecimal
      this.write(`${header(bytes.length)}${bytes.toString('hex').toUpperCase()}`);
    }
    if (link.length > 0) return;
    socket.told = false;
    if (socket.toldClosed) this.forget(socket);
  }

  // ---- [CCH]
  secure() {
    const { cch } = this;
    const one = (text) => {
      const session = cch.sessions.get(integer(text, 0, SESSIONS - 1));
      if (!session?.link) throw new Refused();
      return session;
    };
    return {
      '+CCHSTART': {
        run: () => {
          this.needSim();
          if (cch.started) throw new Refused();
          cch.started = this.dataPossible;
          const code = cch.started ? 0 : 17; // no network
          this.after = () => this.urc(`+CCHSTART: ${code}`);
        },
      },
      '+CCHSTOP': {
        run: () => {
          if (!cch.started) throw new Refused();
          cch.started = false;
          for (const { link } of cch.sessions.values()) this.drop(link);
          cch.sessions.clear();
          this.after = () => this.urc('+CCHSTOP: 0');
        },
      },
      '+CCHSET': {
        set: ([report, mode]) => {
          if (cch.started) throw new Refused(); // before CCHSTART only
          cch.report = integer(report, 0, 1) === 1;
          cch.receiving = integer(mode, 0, 1, AUTOMATIC);
        },
      },
      '+CSSLCFG': {
        set: ([name, context, ...values]) => {
          const number = integer(context, 0, 9);
          if (!cch.contexts.has(number)) cch.contexts.set(number, {});
          cch.contexts.get(number)[name.toLowerCase()] = values.join(',');
        },
      },
      '+CCHSSLCFG': {
        set: ([id, context]) => void cch.chosen.set(integer(id, 0, SESSIONS - 1), integer(context, 0, 9)),
      },
      '+CCHOPEN': {
        set: ([id, host, port, type]) => {
          const number = integer(id, 0, SESSIONS - 1);
          if (!cch.started || cch.sessions.has(number)) throw new Refused();
          const { authmode = '0', enablesni = '0' } = cch.contexts.get(cch.chosen.get(number) ?? 0) ?? {};
          // authmode 0: no authentication; 1-3: the server's certificate is checked, but not its name
          const tls = { verify: authmode !== '0', indicated: enablesni === '1' ? host : undefined };
          const secure = type === '1' ? undefined : tls; // client_type 1: TCP, 2: SSL
          const session = { id: number, host, port: integer(port, 1, 65535), secure, session: true };
          cch.sessions.set(number, session);
          this.after = () => this.openSession(session);
        },
      },
      '+CCHSEND': {
        set: async ([id, length]) => {
          const session = one(id);
          const bytes = await this.collect(integer(length, 1, CCH_MAX));
          if (this.dead) return null;
          const code = this.bufferFull() ? 6 : session.link.send(bytes) ? 0 : 4; // transfer failed; peer closed
          if (cch.report || code !== 0) this.after = () => this.urc(`+CCHSEND: ${session.id},${code}`);
          return 'OK';
        },
      },
      '+CCHRECV': {
        read: () => {
          const length = (id) => cch.sessions.get(id)?.link?.length ?? 0;
          this.info(`+CCHRECV: LEN,${length(0)},${length(1)}`);
        },
        set: ([id, length]) => {
          const session = one(id);
          if (cch.receiving !== MANUAL) throw new Refused();
          const asked = integer(length, 1, CCH_MAX, CCH_MAX);
          // behind OK: the data, and then the result
          this.after = () => this.urc(() => this.readSession(session, asked));
        },
      },
      '+CCHCLOSE': {
        set: ([id]) => {
          const session = one(id);
          this.drop(session.link);
          cch.sessions.delete(session.id);
          this.after = () => this.urc(`+CCHCLOSE: ${session.id},0`);
        },
      },
    };
  }

  async openSession(session) {
    const code = await this.attach(session, cchCodeOf, CCH_BUSY);
    if (this.dead) return;
    if (code !== 0) this.cch.sessions.delete(session.id);
    this.urc(`+CCHOPEN: ${session.id},${code}`);
    if (code === 0) this.watch(session);
  }

  readSession(session, asked) {
    if (session.link.length)
      this.framed({
        link: session.link,
        asked,
        header: (length) => `\r\n+CCHRECV: DATA,${session.id},${length}\r\n`,
      });
    if (this.dead) return;
    this.writeUrc(`+CCHRECV: ${session.id},0`);
    if (session.link.length === 0) session.told = false;
  }
}
