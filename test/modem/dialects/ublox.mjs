// u-blox SARA-R4 and R5. Source: "SARA-R4 series AT Commands Manual" UBX-17003787 R16, called [R4]; where it differs, the
// command's section says so. UPSD and UPSDA are those of SARA-U2 and R5 (UBX-13002752, UBX-19047455).
import { CellularModem } from '../cellular.mjs';
import { integer, Refused } from '../command.mjs';

const SOCKETS = 7; // [R4] 19.10.3: 0-6
const WRITE_MAX = 1024; // [R4] 19.10.3
const READ_MAX = 1024; // [R4] 19.12.3
const BUFFER = 8192;
const PROMPT_PAUSE_MS = 50; // [R4] 19.10.4: wait at least that long behind the prompt; 10 ms less are let pass here

// [R4] appendix, internal TCP/UDP/IP class error codes: those of BSD
const WOULD_BLOCK = 11;
const NO_MEMORY = 12;
const CONNECTION_RESET = 104;
const codeOf = { dns: 2, refused: 111, timeout: 110, tls: 103 };

export default class Ublox extends CellularModem {
  identity = ['u-blox', 'SARA-R410M-02B', 'L0.0.00.00.05.08'];
  unrelated = '+CIEV: 2,4';
  prompt = '\r\n@';

  constructor(options) {
    super(options);
    this.sockets = new Map();
    this.lastError = 0; // AT+USOER
    this.profiles = new Map(); // AT+USECPRF
    this.packetProfile = { apn: '', active: false }; // AT+UPSD
    this.commands = { ...this.cellular(), ...this.tcp() };
  }

  fail(code) {
    this.lastError = code;
    throw new Refused(3);
  }

  contextDown(context) {
    super.contextDown(context);
    if (!this.dataPossible) for (const socket of this.sockets.values()) if (socket.link) this.lost(socket);
  }

  lost(socket) {
    this.drop(socket.link);
    this.sockets.delete(socket.id);
    this.urc(`+UUSOCL: ${socket.id}`);
  }

  tcp() {
    const one = (text) => this.sockets.get(integer(text, 0, SOCKETS - 1)) ?? this.fail(9); // bad descriptor
    const connected = (text) => {
      const socket = one(text);
      return socket.link ? socket : this.fail(107); // not connected
    };
    return {
      // [R4] 19.4
      '+USOCR': {
        set: ([protocol]) => {
          this.needSim();
          if (integer(protocol, 6, 17) !== 6) throw new Refused(4); // UDP is not modelled
          const id = Array.from({ length: SOCKETS }, (_, number) => number).find((number) => !this.sockets.has(number));
          if (id === undefined || this.busy()) this.fail(NO_MEMORY);
          this.sockets.set(id, { id });
          this.info(`+USOCR: ${id}`);
        },
      },
      // [R4] 19.5: USECMNG has the certificates, USECPRF the profile
      '+USOSEC': {
        set: ([id, on, profile]) => {
          const socket = one(id);
          socket.secure = integer(on, 0, 1) === 1 ? { profile: integer(profile, 0, 4, 0) } : undefined;
        },
      },
      '+USECPRF': {
        set: ([id, operation, value]) => {
          const number = integer(id, 0, 4);
          if (operation === undefined || !this.profiles.has(number)) this.profiles.set(number, {});
          if (operation !== undefined) this.profiles.get(number)[operation] = value;
        },
      },
      '+USECMNG': () => {},
      '+USOSO': () => {},
      // [R4] 19.7
      '+USOCO': {
        set: async ([id, host, port]) => {
          const socket = one(id);
          if (socket.link) this.fail(106); // already connected
          if (!this.dataPossible) this.fail(101); // network unreachable
          try {
            socket.link = await this.connect({
              host,
              port: integer(port, 1, 65535),
              secure: this.securityOf(socket),
              limit: BUFFER,
            });
          } catch (error) {
            if (!error.kind) throw error;
            this.fail(codeOf[error.kind]);
          }
          if (this.dead) return null;
          this.after = () => this.watch(socket);
          return 'OK';
        },
      },
      // [R4] 19.10
      '+USOWR': {
        set: async ([id, length, ...text]) => {
          const socket = connected(id);
          const wanted = integer(length, 1, WRITE_MAX);
          let bytes;
          if (text.length) {
            bytes = Buffer.from(text.join(','), 'latin1');
            if (bytes.length !== wanted) throw new Refused(50); // [R4] 19.10.4: they must match
          } else bytes = await this.collectBehindPause(wanted);
          if (this.dead) return null;
          if (this.bufferFull()) this.fail(WOULD_BLOCK);
          if (!socket.link.send(bytes)) this.fail(CONNECTION_RESET);
          this.info(`+USOWR: ${socket.id},${bytes.length}`);
          return 'OK';
        },
      },
      // [R4] 19.12
      '+USORD': {
        set: ([id, length]) => {
          const socket = connected(id);
          const asked = integer(length, 0, READ_MAX);
          const { link } = socket;
          if (asked === 0) this.info(`+USORD: ${socket.id},${link.length}`);
          else if (link.length === 0) this.info(`+USORD: ${socket.id},""`); // 19.12.4: no length when there is nothing
          else {
            this.framed({
              link,
              asked,
              header: (count) => `\r\n+USORD: ${socket.id},${count},"`,
              behind: '"\r\n',
            });
            socket.told = false;
            this.after = () => this.linkReady(link); // told again behind a partial read (19.12.1)
          }
        },
      },
      '+USOCL': {
        set: ([id]) => {
          const socket = one(id);
          this.drop(socket.link);
          this.sockets.delete(socket.id);
        },
      },
      '+USOER': () => this.info(`+USOER: ${this.lastError}`),
      // [R4] 19.19: 1 last error, 10 TCP state (0 inactive, 4 established, 7 close-wait), 11 bytes not acknowledged
      '+USOCTL': {
        set: ([id, parameter]) => {
          const { id: number, link } = one(id);
          const value = { 0: 6, 1: this.lastError, 10: !link ? 0 : link.ended ? 7 : 4, 11: 0 }[parameter];
          if (value === undefined) throw new Refused(4);
          this.info(`+USOCTL: ${number},${parameter},${value}`);
        },
      },
      '+UDCONF': () => {},
      '+UDNSRN': {
        set: ([, name]) => {
          if (!this.dataPossible || name === 'no-such-host.invalid') this.fail(codeOf.dns);
          this.info('+UDNSRN: "127.0.0.1"');
        },
      },
      // SARA-U2, R5
      '+UPSD': {
        set: ([, tag, value]) => {
          if (tag === '1') this.packetProfile.apn = value ?? '';
        },
      },
      '+UPSDA': {
        set: ([profile, action]) => {
          const number = integer(action, 0, 7);
          if (number === 4) this.packetProfile.active = false;
          if (number !== 3) return;
          this.needSim();
          if (!this.dataPossible) throw new Refused(148);
          this.packetProfile.active = true;
          this.after = () => this.urc(`+UUPSDA: ${profile},"10.0.0.2"`);
        },
      },
      '+UPSND': {
        set: ([profile, parameter]) => {
          if (parameter === '0') this.info(`+UPSND: ${profile},0,"10.0.0.2"`);
          else this.info(`+UPSND: ${profile},${parameter},${Number(this.packetProfile.active)}`);
        },
      },
      '+CCID': () => {
        this.needSim();
        this.info('+CCID: 89860000000000000000');
      },
      '+UMNOPROF': () => {},
      '+URAT': () => {},
    };
  }

  // USECPRF operation 0: 0 no check, 1 the chain, 2 also the name, 3 also the date; 4: that name; 10: the name told (SNI)
  securityOf(socket) {
    if (!socket.secure) return undefined;
    const { 0: level = '0', 4: name = '', 10: indicated } = this.profiles.get(socket.secure.profile) ?? {};
    return { verify: level !== '0', expected: level >= '2' ? name : undefined, indicated };
  }

  // Bytes that come too soon behind the prompt are lost.
  collectBehindPause(length) {
    this.input = Buffer.alloc(0);
    const bytes = this.collect(length);
    this.deafUntil = performance.now() + PROMPT_PAUSE_MS - 10;
    return bytes;
  }

  hears() {
    return !(performance.now() < this.deafUntil);
  }

  watch(socket) {
    const { link } = socket;
    link.on('data', () => this.linkReady(link));
    link.on('end', () => this.linkReady(link));
    this.linkReady(link);
  }

  linkReady(link) {
    super.linkReady(link);
    const socket = [...this.sockets.values()].find((entry) => entry.link === link);
    if (!socket) return;
    if (link.length && !socket.told) {
      socket.told = true;
      this.urc(() => this.writeUrc(`+UUSORD: ${socket.id},${link.length}`));
    }
    if (link.ended && !socket.toldClosed) {
      socket.toldClosed = true;
      this.urc(`+UUSOCL: ${socket.id}`);
    }
    // the socket of a closed connection is free again once its data has been read
    if (link.ended && link.length === 0) {
      this.drop(link);
      this.sockets.delete(socket.id);
    }
  }
}
