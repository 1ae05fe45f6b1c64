// What all modems share: reading command lines, echo, results, unsolicited lines, data behind a prompt, transparent data.
// A dialect adds its commands. One instance lives from power-on to restart.
import { Refused, parse } from './command.mjs';
import { Escape } from './escape.mjs';
import { Link, LinkError } from './link.mjs';

const CR = 13;
const LF = 10;
const CTRL_Z = 26;
const ESC = 27;

// 3GPP TS 27.007 clause 9.2, and vendors' own.
export const cmeTexts = {
  3: 'operation not allowed', 4: 'operation not supported', 10: 'SIM not inserted', 11: 'SIM PIN required',
  13: 'SIM failure', 14: 'SIM busy', 16: 'incorrect password', 30: 'no network service', 50: 'incorrect parameters',
  100: 'unknown', 148: 'unspecified GPRS error',
};

// V.250 table 1: the numeric result codes.
const numeric = {
  OK: '0', CONNECT: '1', RING: '2', 'NO CARRIER': '3', ERROR: '4', 'NO DIALTONE': '6', BUSY: '7', 'NO ANSWER': '8',
};

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export class Modem {
  // `restart`: switches the power off and on. `memory`: what outlives a restart, for faults that happen once.
  constructor({ serial, faults, ca, echo, restart, memory }) {
    Object.assign(this, { serial, faults, ca, restart, memory });
    this.echo = echo ?? this.defaultEcho;
    this.verbose = true; // ATV
    this.quiet = false; // ATQ
    this.cmee = 0; // AT+CMEE
    this.registers = { 0: 0, 2: 43, 3: CR, 4: LF, 5: 8, 7: 50, 12: 50 }; // S-parameters
    this.state = 'command'; // command, executing, collect, online, dead
    this.input = Buffer.alloc(0);
    this.urcs = [];
    this.links = new Set();
    this.commandsSeen = 0;
    this.opensSeen = 0;
    this.sendsFailed = 0;
  }

  // ---- what a dialect says of itself
  defaultEcho = true;
  unrelated = '+CGEV: ME PDN ACT 1'; // the unsolicited line of the fault urc-inside
  banner = [];
  bootMs = 100; // seconds in life
  commands = {};
  prompt = '\r\n> ';

  // ---- power
  start() {
    this.serial.on('data', (this.onData = (bytes) => this.#received(bytes)));
    this.serial.on('drain', (this.onDrain = () => this.room()));
    for (const text of this.banner) this.urc(text);
  }

  stop() {
    this.state = 'dead';
    this.escape?.stop();
    this.serial.off('data', this.onData ?? (() => {}));
    this.serial.off('drain', this.onDrain ?? (() => {}));
    for (const link of this.links) link.close();
    this.links.clear();
  }

  get dead() {
    return this.state === 'dead';
  }

  get silent() {
    const after = this.faults.get('silent-after');
    return this.faults.has('silent') || (after !== undefined && this.commandsSeen > after);
  }

  // ---- towards the DTE
  write(bytes, options) {
    if (!this.dead && !this.silent) this.serial.write(bytes, options);
  }

  // Information text (V.250 5.7.1), one or several lines of it.
  info(...lines) {
    this.write(this.verbose ? `\r\n${lines.join('\r\n')}\r\n` : `${lines.join('\r\n')}\r\n`);
  }

  // A result code; also one that is sent unasked, such as NO CARRIER.
  result(text) {
    if (this.quiet) return;
    if (this.verbose || /^\+CM[ES]/.test(text)) this.write(`\r\n${text}\r\n`);
    else this.write(`${numeric[text] ?? numeric[text.split(' ')[0]] ?? text}\r`);
  }

  // An unsolicited line, or a function that writes more than a line; held back while a command is under way.
  urc(entry) {
    if (this.state !== 'command') this.urcs.push(entry);
    else if (typeof entry === 'function') entry();
    else this.writeUrc(entry);
  }

  writeUrc(text) {
    this.write(this.verbose ? `\r\n${text}\r\n` : `${text}\r\n`);
  }

  // Socket data on its way to the DTE.
  payload(bytes) {
    const limit = this.faults.get('reset-mid-stream');
    if (limit === undefined || this.memory.wasReset) return this.write(bytes, { payload: true });
    const part = bytes.subarray(0, limit - (this.memory.delivered ?? 0));
    this.memory.delivered = (this.memory.delivered ?? 0) + part.length;
    this.write(part, { payload: true });
    if (this.memory.delivered < limit) return;
    this.memory.wasReset = true;
    this.restart();
  }

  // Data with its length told before it: `header(length)` makes the text in front, `behind` follows. `asked` is the
  // most that the DTE wanted. Here the length faults act.
  framed({ link, asked, header, behind = '', write = (text) => this.write(text) }) {
    const extra = this.faults.get('longer-than-asked');
    let bytes = link.take(asked);
    if (extra !== undefined && bytes.length) {
      bytes = Buffer.concat([bytes, link.take(asked + extra - bytes.length)]);
      bytes = Buffer.concat([bytes, Buffer.alloc(Math.max(0, asked + extra - bytes.length), '?')]);
    }
    const more = this.faults.get('lying-length') ?? 0;
    const less = this.faults.get('short-length') ?? 0;
    write(header(bytes.length ? Math.max(1, bytes.length + more - less) : 0));
    if (bytes.length) this.payload(bytes);
    write(behind);
    return bytes.length;
  }

  // ---- from the DTE
  #received(bytes) {
    if (this.dead || !this.hears()) return;
    this.input = Buffer.concat([this.input, bytes]);
    this.#pump();
  }

  // Does the modem listen to its line now?
  hears() {
    return true;
  }

  #pump() {
    while (!this.dead && this.input.length) {
      if (this.state === 'collect') {
        if (!this.#collected()) return;
      } else if (this.state === 'online') {
        if (this.faults.has('silent-after')) this.commandsSeen++;
        this.escape.feed(this.shift(this.input.length));
      } else if (!this.takeLine()) return;
    }
  }

  get lineEnd() {
    return String.fromCharCode(this.registers[3]);
  }

  // Takes one command line off the input. False: there is none yet, or one is being executed.
  takeLine() {
    if (this.state === 'executing') return false;
    while (this.input[0] === LF || this.input[0] === 0) this.shift(1);
    const end = this.input.indexOf(this.lineEnd);
    if (end < 0) {
      if (this.input.length > 4096) this.input = Buffer.alloc(0); // no modem keeps such a line
      return false;
    }
    const line = this.shift(end + 1).subarray(0, end);
    this.execute(line);
    return true;
  }

  shift(count) {
    const bytes = this.input.subarray(0, count);
    this.input = this.input.subarray(count);
    return bytes;
  }

  get echoes() {
    return this.echo || this.faults.has('echo');
  }

  // Runs a command line and says its one final result (V.250 5.3).
  async execute(bytes) {
    this.state = 'executing';
    const line = bytes.toString('latin1').trim();
    this.commandsSeen++;
    if (this.echoes) this.write(Buffer.concat([bytes, Buffer.from(this.lineEnd)]));
    if (line === '') return this.ready();
    if (this.faults.has('slow')) await wait(this.faults.get('slow'));
    if (this.faults.has('urc-inside')) this.writeUrc(this.unrelated);
    const result = await this.#run(line);
    if (this.dead) return;
    await this.#late(line);
    if (this.dead) return;
    if (this.faults.has('urc-inside') && result !== null) this.writeUrc(this.unrelated);
    if (result !== null) this.result(result);
    this.#dropLineFeed();
    this.after?.();
    this.after = undefined;
    this.ready();
  }

  async #run(line) {
    const commands = parse(line);
    if (!commands) return this.unparsable(line);
    let result = 'OK';
    for (const command of commands) {
      try {
        result = await this.runCommand(command);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return this.error(error.cme);
      }
      if (result === undefined) result = 'OK';
      if (result !== 'OK') return result; // an error, or the line has ended in another way
    }
    return result;
  }

  unparsable() {
    return null; // not a command line: nothing is answered (V.250 5.2.1)
  }

  runCommand({ name, kind, args, text }) {
    const entry = this.commands[name];
    const handler = typeof entry === 'function' ? { run: entry, set: entry }[kind] : entry?.[kind];
    if (handler) return handler.call(this, args, text);
    if (entry && kind === 'test') return 'OK';
    if (/^S\d+$/.test(name)) return this.register(Number(name.slice(1)), kind, text);
    throw new Refused(entry ? 50 : undefined);
  }

  register(number, kind, text) {
    if (!(number in this.registers)) throw new Refused();
    if (kind === 'read') this.info(String(this.registers[number]).padStart(3, '0'));
    else if (Number(text) <= 255) this.registers[number] = Number(text);
    else throw new Refused();
  }

  // The final result of an error, by AT+CMEE (27.007 9.1). `undefined`: one that is no matter of the equipment.
  error(cme) {
    if (cme === undefined || this.cmee === 0) return 'ERROR';
    return `+CME ERROR: ${this.cmee === 1 ? cme : (cmeTexts[cme] ?? 'unknown')}`;
  }

  async #late(line) {
    const late = this.faults.get('late-ok');
    if (late && (!late.command || line.toUpperCase().includes(late.command))) await wait(late.ms);
  }

  // A command is done: what has waited may go on.
  ready() {
    if (this.dead) return;
    if (this.state === 'executing' || this.state === 'collect') this.state = 'command';
    this.flushUrcs();
    setImmediate(() => this.#pump());
  }

  flushUrcs() {
    if (this.state !== 'command') return;
    const urcs = this.urcs;
    this.urcs = [];
    for (const entry of urcs) this.urc(entry);
  }

  // ---- data behind a prompt
  // Waits for `length` bytes, or (length null) for Ctrl+Z. Gives them, or null when ESC cancelled.
  collect(length, { prompt = this.prompt, echo = false } = {}) {
    this.#dropLineFeed();
    this.write(prompt);
    this.state = 'collect';
    this.wanted = { length, echo };
    return new Promise((done) => {
      this.wanted.done = done;
      setImmediate(() => this.#pump());
    });
  }

  // A DTE that ends its lines with CR LF: the LF belongs to the command, not to the data behind it.
  #dropLineFeed() {
    if (this.input[0] === LF) this.shift(1);
  }

  #collected() {
    const { length, echo, done } = this.wanted;
    let bytes;
    if (length !== null) {
      if (this.input.length < length) return false;
      bytes = this.shift(length);
    } else {
      const end = this.input.findIndex((byte) => byte === CTRL_Z || byte === ESC);
      if (end < 0) return false;
      const cancelled = this.input[end] === ESC;
      bytes = this.shift(end + 1).subarray(0, end);
      if (cancelled) bytes = null;
    }
    this.state = 'executing';
    if (echo && this.echoes && bytes) this.write(bytes);
    done(bytes);
    return true;
  }

  // ---- transparent data
  // The line is the link's once the result CONNECT has been said, and until the escape.
  online(link, { character = '+', guardMs = 1000, escaped }) {
    this.after = () => {
      this.state = 'online';
      this.onlineLink = link;
      this.escape = new Escape({
        character,
        guardMs,
        pass: (bytes) => link.send(bytes),
        escaped: () => {
          this.offline();
          escaped();
          this.ready();
        },
      });
      this.room();
    };
  }

  offline() {
    this.escape?.stop();
    this.onlineLink = undefined;
    this.state = 'command';
  }

  // The line has room: hands on what the links have received, and stops those that bring more than it carries.
  room() {
    for (const link of this.links) {
      link.hold(this.serial.full && this.pushes(link));
      if (link.length || link.ended) this.linkReady(link);
    }
  }

  // A link has bytes, or has ended. Dialects add what they do with links that are not online.
  linkReady(link) {
    if (link !== this.onlineLink || this.serial.full) return;
    if (link.length) this.payload(link.take(link.length));
    if (!this.dead && link.ended && link.length === 0) this.carrierLost(link);
  }

  // Does this link's data go to the line by itself? (Others wait until they are read.)
  pushes(link) {
    return link === this.onlineLink;
  }

  carrierLost(link) {
    this.offline();
    this.drop(link);
    this.result('NO CARRIER');
    this.ready();
  }

  // ---- network
  // A connection, or a LinkError.
  async connect({ host, port, secure, limit, timeout }) {
    if (this.faults.has('refused')) throw new LinkError('refused', 'fault');
    const closeAfter = this.faults.get('close-mid-stream');
    const link = await Link.open({ host, port, secure: secure && { ca: this.ca, ...secure }, limit, closeAfter, timeout });
    if (this.dead) link.close();
    else this.links.add(link);
    return link;
  }

  // Is this open one of those that the fault busy refuses?
  busy() {
    return this.faults.has('busy') && this.opensSeen++ < this.faults.get('busy');
  }

  // Is this send one of those that the fault buffer-full refuses?
  bufferFull() {
    return this.faults.has('buffer-full') && this.sendsFailed++ < this.faults.get('buffer-full');
  }

  drop(link) {
    if (!link) return;
    link.close();
    this.links.delete(link);
  }

  // ---- commands of V.250 that every dialect has
  basics() {
    return {
      E: (_, text) => void (this.echo = text === '1'),
      V: (_, text) => void (this.verbose = text !== '0'),
      Q: (_, text) => void (this.quiet = text === '1'),
      Z: () => void (this.echo = this.defaultEcho),
      '&F': () => {
        this.echo = this.defaultEcho;
        this.verbose = true;
        this.quiet = false;
      },
      '&W': () => {},
      '&D': () => {},
      '&C': () => {},
      '&K': () => {},
      X: () => {},
      L: () => {},
      M: () => {},
    };
  }
}
