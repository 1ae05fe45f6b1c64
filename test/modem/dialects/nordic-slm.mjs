// Nordic Serial LTE Modem on nRF91. Source: the documentation of nRF Connect SDK v2.x, applications/serial_lte_modem/doc:
// SOCKET_AT_commands.rst, called [SOCKET], slm_data_mode.rst, called [DATA]; and slm_at_socket.c for what they leave open.
import { CellularModem } from '../cellular.mjs';
import { integer, Refused } from '../command.mjs';
import { resolve } from '../link.mjs';

const SOCKETS = 8; // [SOCKET]: up to 8
const RECEIVE_MAX = 4096; // slm_data_buf
const TERMINATOR = Buffer.from('+++'); // CONFIG_SLM_DATAMODE_TERMINATOR
const BUFFER = 8192;

const STREAM = 1;
const IPPROTO_TCP = 6;
const IPPROTO_TLS_1_2 = 258;

const POLLIN = 0x0001;
const POLLHUP = 0x0010;

export default class NordicSlm extends CellularModem {
  identity = ['Nordic Semiconductor ASA', 'nRF9160-SICA', 'mfw_nrf9160_1.3.6'];
  banner = ['Ready'];
  unrelated = '+CSCON: 1';
  defaultEcho = false;

  constructor(options) {
    super(options);
    this.echo = options.echo ?? false;
    this.functionality = 0; // the modem is off until AT+CFUN=1
    this.wasRegistered = false;
    this.sockets = new Map(); // handle -> socket
    this.active = undefined; // the socket that #XCONNECT, #XSEND, #XRECV mean
    this.commands = { ...this.cellular(), ...this.socketCommands() };
  }

  // Several lines each in their own frame.
  info(...lines) {
    for (const line of lines) super.info(line);
  }

  current() {
    return this.active ?? this.fail();
  }

  connected() {
    const socket = this.current();
    return socket.link ? socket : this.fail();
  }

  // Errors of the application are a plain ERROR.
  fail() {
    throw new Refused();
  }

  socketCommands() {
    return {
      // [SOCKET] #XSOCKET
      '#XSOCKET': {
        test: () => this.info('#XSOCKET: (0,1,2),(1,2,3),(0,1),<cid>'),
        read: () => this.active && this.info(`#XSOCKET: ${this.active.id},1,0,1,0`),
        set: ([operation, type, role]) => {
          if (integer(operation, 0, 2) === 0) return this.closeActive();
          this.create(type, role, { name: '#XSOCKET', protocol: IPPROTO_TCP });
        },
      },
      // [SOCKET] #XSSOCKET
      '#XSSOCKET': {
        read: () => this.active?.secure && this.info(`#XSSOCKET: ${this.active.id},1,0,1,${this.active.tag},0`),
        set: ([operation, type, role, tag, verify]) => {
          if (integer(operation, 0, 2) === 0) return this.closeActive();
          if (tag === undefined) this.fail();
          const level = integer(verify, 0, 2, 2); // 2, required, is the default of a client
          const socket = this.create(type, role, { name: '#XSSOCKET', protocol: IPPROTO_TLS_1_2 });
          Object.assign(socket, { tag, secure: { verify: level === 2 } });
        },
      },
      // TLS_HOSTNAME (2) and TLS_PEER_VERIFY (5)
      '#XSSOCKETOPT': {
        set: ([operation, name, value]) => {
          const { secure } = this.current();
          if (!secure) this.fail();
          if (operation !== '1') return;
          if (name === '5') secure.verify = value === '2';
          if (name === '2') secure.indicated = secure.expected = value === 'NULL' ? undefined : value;
        },
      },
      '#XSOCKETOPT': () => {},
      '#XSOCKETSELECT': {
        read: () => {
          for (const { id } of this.sockets.values()) this.info(`#XSOCKETSELECT: ${id},1,0,1,-1,${id + 1},0`);
          if (this.active) this.info(`#XSOCKETSELECT: ${this.active.id}`);
        },
        set: ([handle]) => {
          this.active = this.sockets.get(integer(handle, 0, SOCKETS - 1)) ?? this.fail();
          this.info(`#XSOCKETSELECT: ${handle}`);
        },
      },
      // in later versions: closes a socket by its handle
      '#XCLOSE': {
        set: ([handle]) => {
          this.active = this.sockets.get(integer(handle, 0, SOCKETS - 1)) ?? this.fail();
          this.closeActive();
        },
      },
      // [SOCKET] #XCONNECT
      '#XCONNECT': {
        set: async ([host, port]) => {
          const socket = this.current();
          if (socket.link || !this.dataPossible) this.fail();
          try {
            socket.link = await this.connect({
              host,
              port: integer(port, 1, 65535),
              secure: socket.secure,
              limit: BUFFER,
            });
          } catch (error) {
            if (!error.kind) throw error;
            if (!this.dead) this.info('#XCONNECT: 0');
            this.fail();
          }
          if (this.dead) return null;
          this.info('#XCONNECT: 1');
          return 'OK';
        },
      },
      // [SOCKET] #XSEND
      '#XSEND': {
        set: ([...data]) => {
          const { link } = this.connected();
          const bytes = Buffer.from(data.join(','), 'latin1');
          if (this.bufferFull() || !link.send(bytes)) {
            this.info('#XSEND: 0');
            this.fail();
          }
          this.info(`#XSEND: ${bytes.length}`);
        },
        run: () => {
          const socket = this.connected();
          this.after = () => this.dataMode(socket);
        },
      },
      // [SOCKET] #XRECV: flags 2 peek, 64 do not wait, 256 wait for all
      '#XRECV': {
        set: async ([timeout, flags]) => {
          const { link } = this.connected();
          const seconds = integer(timeout, 0, 65535);
          const waits = (integer(flags, 0, 511, 0) & 64) === 0;
          if (waits && !(await this.arrives([link], seconds === 0 ? Infinity : seconds * 1000))) this.fail();
          if (this.dead) return null;
          if (link.length === 0) return link.ended ? 'OK' : this.fail(); // recv() gives 0 at the end: nothing but OK
          this.framed({ link, asked: RECEIVE_MAX, header: (length) => `\r\n#XRECV: ${length}\r\n` });
          return this.dead ? null : 'OK';
        },
      },
      // [SOCKET] #XPOLL: milliseconds, -1 for ever
      '#XPOLL': {
        set: async ([timeout, ...handles]) => {
          const ms = integer(timeout, -1, 3600000);
          const named = handles.map((handle) => this.sockets.get(integer(handle, 0, SOCKETS - 1)) ?? this.fail());
          const wanted = named.length ? named : [...this.sockets.values()];
          const links = wanted.map(({ link }) => link).filter(Boolean);
          await this.arrives(links, ms < 0 ? Infinity : ms);
          if (this.dead) return null;
          for (const { id, link } of wanted) {
            const events = !link ? POLLHUP : (link.length || link.ended ? POLLIN : 0) | (link.ended ? POLLHUP : 0);
            if (events) this.info(`#XPOLL: ${id},"0x${events.toString(16).padStart(4, '0')}"`);
          }
          return 'OK';
        },
      },
      // [SOCKET] #XGETADDRINFO
      '#XGETADDRINFO': {
        set: ([host]) => {
          if (!this.dataPossible) this.fail();
          try {
            resolve(host);
          } catch {
            this.info('#XGETADDRINFO: "-2"');
            this.fail();
          }
          this.info('#XGETADDRINFO: "127.0.0.1"');
        },
      },
      '#XSLMVER': () => this.info('#XSLMVER: "2.5.0","2.5.0"'),
      '#XRESET': () => void (this.after = () => this.restart()),
      '#XSLEEP': () => {},
      '#XDATACTRL': () => {},
      '%XSYSTEMMODE': () => {},
      '%CMNG': () => {},
    };
  }

  create(type, role, { name, protocol }) {
    if (integer(type, 1, 3) !== STREAM || integer(role, 0, 1, 0) !== 0) this.fail(); // clients of TCP only
    const id = Array.from({ length: SOCKETS }, (_, number) => number).find((number) => !this.sockets.has(number));
    if (id === undefined || this.busy() || this.functionality !== 1) this.fail();
    this.active = { id };
    this.sockets.set(id, this.active);
    this.info(`${name}: ${id},${STREAM},${protocol}`);
    return this.active;
  }

  // The socket with the highest rank, which is the youngest, becomes the active one.
  closeActive() {
    const { id, link } = this.current();
    this.drop(link);
    this.sockets.delete(id);
    this.active = [...this.sockets.values()].at(-1);
    this.info('#XSOCKET: 0,"closed"');
  }

  // True when one of the links has something to say, within `ms`.
  arrives(links, ms) {
    const ready = () => links.some((link) => link.length || link.ended);
    if (ready() || ms === 0) return Promise.resolve(ready());
    return new Promise((done) => {
      const finish = () => {
        clearTimeout(timer);
        for (const link of links) link.off('data', finish).off('end', finish);
        done(ready());
      };
      const timer = ms === Infinity ? undefined : setTimeout(finish, ms);
      for (const link of links) link.on('data', finish).on('end', finish);
    });
  }

  // [DATA]: what comes goes out as it is, until the terminator, which needs no pause around it.
  dataMode(socket) {
    this.state = 'online';
    let tail = Buffer.alloc(0);
    this.escape = {
      stop() {},
      feed: (bytes) => {
        const all = Buffer.concat([tail, bytes]);
        const end = all.indexOf(TERMINATOR);
        if (end < 0) {
          const keep = trailing(all);
          this.sendData(socket, all.subarray(0, all.length - keep));
          tail = all.subarray(all.length - keep);
          return;
        }
        this.sendData(socket, all.subarray(0, end));
        this.offline();
        this.input = all.subarray(end + TERMINATOR.length);
        this.writeUrc(`#XDATAMODE: ${socket.failed ?? 0}`);
        socket.failed = undefined;
        this.flushUrcs();
      },
    };
  }

  // Behind a send that failed everything is dropped until the terminator.
  sendData(socket, bytes) {
    if (bytes.length === 0 || socket.failed !== undefined) return;
    if (this.bufferFull()) socket.failed = -11; // EAGAIN
    else if (!socket.link.send(bytes)) socket.failed = -104; // ECONNRESET
  }
}

// How many '+' stand at the end: they may be the terminator's beginning.
const trailing = (bytes) => {
  let count = 0;
  while (count < 2 && count < bytes.length && bytes[bytes.length - 1 - count] === TERMINATOR[0]) count++;
  return count;
};
