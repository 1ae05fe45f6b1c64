// ESP-AT (ESP32, ESP8266) v2.x. Source: Espressif's "ESP-AT User Guide", AT Command Set: index, Basic, Wi-Fi and TCP-IP
// AT Commands, called [TCP]; the commands' own sections are named by the command.
import { integer, Refused } from '../command.mjs';
import { Modem } from '../modem.mjs';

const LINKS = 5; // [TCP] link ID 0-4
const SEND_MAX = 2048; // [TCP] CIPSEND
const BUFFER = 5744; // [TCP] CIPRECVMODE: the passive buffer
const PUSH_MAX = 1460;
const PACKET_MS = 20; // [TCP] CIPSEND: a packet of passthrough every 20 ms

// [Wi-Fi] CWJAP: error codes
const JOIN_TIMEOUT = 1;
const JOIN_PASSWORD = 2;
const JOIN_NO_ACCESS_POINT = 3;

export default class EspAt extends Modem {
  banner = ['', 'ready'];
  unrelated = '+TIME_UPDATED';
  prompt = '\r\n>';
  get lineEnd() {
    return '\r\n';
  }

  constructor(options) {
    super(options);
    this.mode = 1; // CWMODE
    this.joined = undefined; // the SSID
    this.joinsAsked = 0;
    this.multiple = false; // CIPMUX
    this.passthrough = false; // CIPMODE
    this.passive = false; // CIPRECVMODE
    this.remoteInfo = false; // CIPDINFO
    this.connections = new Map(); // link ID -> { id, type, host, port, link }
    this.tls = { mode: 0, name: undefined, indicated: undefined }; // CIPSSLCCONF, CIPSSLCCN, CIPSSLCSNI
    this.commands = this.all();
  }

  // ESP-AT puts no empty line before information and reports.
  info(...lines) {
    this.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  writeUrc(text) {
    const behindData = this.state === 'executing'; // of the fault urc-inside; no report runs into data
    this.write(`${behindData ? '\r\n' : ''}${text}\r\n`);
  }

  error() {
    return 'ERROR';
  }

  unparsable() {
    return 'ERROR';
  }

  // Lines end with CR LF; one that comes while another is being executed is answered with busy (AT Messages).
  takeLine() {
    const end = this.input.indexOf(this.lineEnd);
    if (end < 0) return false;
    const line = this.shift(end + this.lineEnd.length).subarray(0, end);
    const busy = this.faults.has('busy') && line.length > 0 && this.opensSeen++ < this.faults.get('busy');
    if (this.state === 'executing' || busy) this.write('\r\nbusy p...\r\n');
    else this.execute(line);
    return true;
  }

  say(line) {
    this.info(line);
    throw new Refused();
  }

  // 'CLOSED', or '0,CLOSED' with several connections
  named(connection, text) {
    return this.multiple ? `${connection.id},${text}` : text;
  }

  // The connection that the first argument means, and the arguments behind it.
  pick(args) {
    if (!this.multiple) return [0, args];
    return [integer(args[0], 0, LINKS - 1), args.slice(1)];
  }

  connected(id) {
    const connection = this.connections.get(id);
    return connection?.link ? connection : this.say('link is not valid');
  }

  all() {
    const flag = (name, key, { low = 0, high = 1, check = () => {} } = {}) => ({
      read: () => this.info(`${name}:${Number(this[key])}`),
      set: ([value]) => {
        const number = integer(value, low, high);
        check(number);
        this[key] = high === 1 ? number === 1 : number;
      },
    });
    const nothingOpen = () => {
      if (this.connections.size) this.say('link is builded');
    };
    return {
      E: (_, text) => void (this.echo = text === '1'),
      '+GMR': () =>
        this.info('AT version:2.4.0.0(rill emulated modem)', 'SDK version:v4.3.3', 'Bin version:2.4.0(EMULATED)'),
      '+RST': () => void (this.after = () => this.restart()),
      '+RESTORE': () => void (this.after = () => this.restart()),
      '+SYSSTORE': () => {},
      '+SYSLOG': () => {},
      '+UART_CUR': () => {},
      '+SLEEP': () => {},
      '+CWAUTOCONN': () => {},
      '+CWRECONNCFG': () => {},
      '+CWDHCP': () => {},
      '+CIPSTA': () => {},
      '+CIPDNS': () => {},
      '+CIPTCPOPT': () => {},
      '+CIPSTO': () => {},
      '+CWMODE': flag('+CWMODE', 'mode', { high: 3 }),
      // [Wi-Fi] CWJAP
      '+CWJAP': {
        read: () => this.info(this.joined ? `+CWJAP:"${this.joined}","02:00:00:00:00:01",6,-52,0,0,0,0` : 'No AP'),
        set: ([name]) => this.join(name),
      },
      '+CWQAP': () => void this.leave(),
      '+CWSTATE': { read: () => this.info(`+CWSTATE:${this.joined ? 2 : 0},"${this.joined ?? ''}"`) },
      '+CIFSR': () => {
        const address = this.joined ? '10.0.0.2' : '0.0.0.0';
        this.info(`+CIFSR:STAIP,"${address}"`, '+CIFSR:STAMAC,"02:00:00:00:00:02"');
      },
      '+CIPSTATUS': () => {
        const open = [...this.connections.values()].filter(({ link }) => link);
        this.info(
          `STATUS:${open.length ? 3 : this.joined ? 2 : 5}`,
          ...open.map(
            ({ id, type, host, port, link }) => `+CIPSTATUS:${id},"${type}","${host}",${port},${link.localPort},0`,
          ),
        );
      },
      '+CIPDOMAIN': {
        set: ([name]) => {
          if (!this.joined || name === 'no-such-host.invalid') this.say('DNS Fail');
          this.info('+CIPDOMAIN:"127.0.0.1"');
        },
      },
      '+CIPMUX': flag('+CIPMUX', 'multiple', { check: nothingOpen }),
      '+CIPMODE': flag('+CIPMODE', 'passthrough', {
        check: (on) => {
          if (on && this.multiple) throw new Refused();
        },
      }),
      '+CIPDINFO': flag('+CIPDINFO', 'remoteInfo'),
      '+CIPRECVMODE': flag('+CIPRECVMODE', 'passive'),
      // authentication: 0 none, 1 our own certificate, 2 the server's, 3 both
      '+CIPSSLCCONF': { set: (args) => void (this.tls.mode = integer(this.pick(args)[1][0], 0, 3)) },
      '+CIPSSLCSNI': { set: (args) => void ([this.tls.indicated] = this.pick(args)[1]) },
      '+CIPSSLCCN': { set: (args) => void ([this.tls.name] = this.pick(args)[1]) },
      '+CIPSTART': { set: (args) => this.open(args) },
      '+CIPSEND': { run: () => this.sendThrough(), set: (args) => this.send(args) },
      '+CIPCLOSE': {
        run: () => {
          if (this.multiple) throw new Refused();
          this.closeConnection(this.connected(0));
        },
        set: ([id]) => {
          if (!this.multiple) throw new Refused();
          const number = integer(id, 0, LINKS);
          if (number < LINKS) return this.closeConnection(this.connected(number));
          for (const connection of [...this.connections.values()]) this.closeConnection(connection);
        },
      },
      // [TCP] CIPRECVDATA
      '+CIPRECVDATA': {
        set: (args) => {
          const [id, [length]] = this.pick(args);
          const connection = this.connections.get(id);
          if (!connection?.link || !this.passive) throw new Refused();
          const { link } = connection;
          const asked = integer(length, 1, 0x7fffffff);
          if (link.length === 0) throw new Refused();
          const remote = this.remoteInfo ? `"${connection.host}",${connection.port},` : '';
          this.framed({ link, asked: Math.min(asked, BUFFER), header: (count) => `+CIPRECVDATA:${count},${remote}` });
          connection.told = false;
          this.after = () => this.linkReady(link);
        },
      },
      '+CIPRECVLEN': {
        read: () => {
          const length = (_, id) => this.connections.get(id)?.link?.length ?? 0;
          this.info(`+CIPRECVLEN:${Array.from({ length: this.multiple ? LINKS : 1 }, length).join(',')}`);
        },
      },
    };
  }

  async join(name) {
    const failed = (code) => {
      this.info(`+CWJAP:${code}`);
      return 'ERROR';
    };
    if (this.mode === 2) throw new Refused(); // an access point joins none
    if (this.joined) this.leave();
    if (this.faults.has('no-network')) return failed(JOIN_NO_ACCESS_POINT);
    if (this.faults.has('denied')) return failed(JOIN_PASSWORD);
    if (this.faults.has('searching') && ++this.joinsAsked < this.faults.get('searching')) return failed(JOIN_TIMEOUT);
    this.info('WIFI CONNECTED');
    await new Promise((done) => setTimeout(done, 5));
    if (this.dead) return null;
    this.joined = name;
    this.info('WIFI GOT IP');
    return 'OK';
  }

  leave() {
    if (!this.joined) return;
    this.joined = undefined;
    for (const connection of [...this.connections.values()]) this.tellClosed(connection);
    this.urc('WIFI DISCONNECT');
  }

  // [TCP] CIPSTART
  async open(args) {
    const [id, [type, host, port]] = this.pick(args);
    if (!this.joined) this.say('no ip');
    if (this.connections.has(id)) this.say('ALREADY CONNECTED');
    if (type !== 'TCP' && type !== 'SSL') throw new Refused(); // UDP is not modelled
    const connection = { id, type, host, port: integer(port, 1, 65535) };
    const verify = this.tls.mode >= 2;
    const secure = { verify, expected: verify ? this.tls.name : undefined, indicated: this.tls.indicated };
    try {
      connection.link = await this.connect({
        host,
        port: connection.port,
        secure: type === 'SSL' ? secure : undefined,
        limit: BUFFER,
      });
    } catch (error) {
      if (!error.kind) throw error;
      if (this.dead) return null;
      return this.say(error.kind === 'dns' ? 'DNS Fail' : this.named(connection, 'CLOSED'));
    }
    if (this.dead) return null;
    this.connections.set(id, connection);
    this.info(this.named(connection, 'CONNECT'));
    this.after = () => this.watch(connection);
    return 'OK';
  }

  watch({ link }) {
    link.on('data', () => this.linkReady(link));
    link.on('end', () => this.linkReady(link));
    this.linkReady(link);
  }

  closeConnection(connection) {
    this.drop(connection.link);
    this.connections.delete(connection.id);
    this.info(this.named(connection, 'CLOSED'));
  }

  // [TCP] CIPSEND: OK, the prompt, the data, Recv N bytes, SEND OK
  async send(args) {
    const [id, [length]] = this.pick(args);
    const connection = this.connected(id);
    const wanted = integer(length, 1, SEND_MAX);
    this.result('OK');
    const bytes = await this.collect(wanted);
    if (this.dead) return null;
    this.write(`\r\nRecv ${bytes.length} bytes\r\n`);
    if (this.bufferFull()) return 'SEND FAIL';
    return connection.link.send(bytes) ? 'SEND OK' : 'SEND FAIL';
  }

  // [TCP] CIPSEND without a length: passthrough until a packet of +++
  sendThrough() {
    if (!this.passthrough || this.multiple) throw new Refused();
    const connection = this.connected(0);
    this.result('OK');
    this.write(this.prompt);
    this.online(connection.link, {
      guardMs: PACKET_MS,
      escaped: () => this.writeUrc('+QUITT'),
    });
    return null;
  }

  carrierLost(link) {
    const connection = this.connectionOf(link);
    this.offline();
    this.tellClosed(connection);
    this.ready();
  }

  connectionOf(link) {
    return [...this.connections.values()].find((connection) => connection.link === link);
  }

  pushes(link) {
    return super.pushes(link) || !this.passive;
  }

  linkReady(link) {
    super.linkReady(link);
    const connection = this.connectionOf(link);
    if (!connection || link === this.onlineLink) return;
    if (link.length && !this.passive) this.urc(() => this.push(connection));
    else if (link.length && !connection.told) {
      // [TCP] CIPRECVMODE: none more until it has been read
      connection.told = true;
      this.urc(() => this.write(`\r\n+IPD,${this.named(connection, link.length)}\r\n`));
    }
    // In passive mode CLOSED comes when all has been read; the fault tells it too soon.
    if (link.ended && (link.length === 0 || (this.passive && this.faults.has('close-mid-stream'))))
      this.urc(() => this.tellClosed(connection));
  }

  push(connection) {
    const { link, host, port } = connection;
    const remote = this.remoteInfo ? `,"${host}",${port}` : '';
    while (link.length && !this.serial.full && !this.dead)
      this.framed({
        link,
        asked: PUSH_MAX,
        header: (length) => `\r\n+IPD,${this.named(connection, length)}${remote}:`,
      });
    if (link.ended && link.length === 0) this.tellClosed(connection);
  }

  tellClosed(connection) {
    if (!connection || connection.toldClosed) return;
    connection.toldClosed = true;
    this.urc(this.named(connection, 'CLOSED'));
    if (connection.link.length) return; // it stays readable
    this.drop(connection.link);
    this.connections.delete(connection.id);
  }
}
