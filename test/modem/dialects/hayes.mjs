// A Hayes modem on a telephone line. Sources: ITU-T V.250 (07/2003), called [V.250], clauses 5.7 and 6.2-6.3, and the
// "Technical Reference for Hayes Modem Users" (1990), called [Hayes], for S-registers, X levels and the escape.
// The number that is dialled is HOST:PORT, as emulators of modems have it.
import { Refused } from '../command.mjs';
import { Modem } from '../modem.mjs';

const SPEED = 57600;
const UNIT_MS = 20; // [Hayes] S12: fiftieths of a second

export default class Hayes extends Modem {
  unrelated = 'RING';

  constructor(options) {
    super(options);
    this.level = 4; // X
    this.call = undefined; // the link, on line or in command state
    this.commands = {
      ...this.basics(),
      D: (_, number) => this.dial(number),
      A: () => 'NO CARRIER', // nobody calls
      H: () => {
        if (!this.call) return 'OK';
        this.hangUp();
        return 'NO CARRIER';
      },
      O: () => {
        if (!this.call) return 'NO CARRIER';
        this.goOnline();
        return this.connectResult();
      },
      X: (_, text) => {
        const level = Number(text || 0);
        if (level > 4) throw new Refused();
        this.level = level;
      },
      Z: () => this.reset(),
      '&F': () => this.reset(),
      I: () => this.info('rill emulated modem'),
      P: () => {},
      T: () => {},
      '+MS': () => {},
      '+FCLASS': () => {},
    };
  }

  reset() {
    this.hangUp();
    this.echo = this.defaultEcho;
    this.verbose = true;
    this.quiet = false;
    this.level = 4;
    Object.assign(this.registers, { 0: 0, 2: 43, 3: 13, 4: 10, 5: 8, 7: 50, 12: 50 });
  }

  unparsable(line) {
    return /^at/i.test(line) ? 'ERROR' : null;
  }

  // [V.250] 6.3.1; the results by X level ([Hayes]): busy is told from X3 on, a missing dial tone in X2 and X4
  async dial(text) {
    const number = text.trim().replace(/^[tp]/i, '').trim().replace(/^"|"$/g, '');
    if (this.call) throw new Refused();
    if (this.faults.has('no-network')) return this.level === 2 || this.level === 4 ? 'NO DIALTONE' : 'NO CARRIER';
    if (this.faults.has('denied')) return 'NO CARRIER';
    if (this.busy()) return this.level >= 3 ? 'BUSY' : 'NO CARRIER';
    if (this.faults.has('searching')) return this.ringsForEver();
    const [, host, port = '23'] = /^([^:]+?)(?::(\d+))?$/.exec(number) ?? [];
    if (!host) return 'NO CARRIER';
    try {
      this.call = await this.connect({ host, port: Number(port), limit: 4096, timeout: this.registers[7] * 1000 });
    } catch (error) {
      if (!error.kind) throw error;
      return 'NO CARRIER';
    }
    if (this.dead) return null;
    const { call } = this;
    call.on('data', () => this.linkReady(call)).on('end', () => this.linkReady(call));
    this.goOnline();
    return this.connectResult();
  }

  // Nobody takes the call within S7 seconds.
  async ringsForEver() {
    await new Promise((done) => setTimeout(done, this.registers[7] * 1000));
    return 'NO ANSWER';
  }

  connectResult() {
    return this.level === 0 ? 'CONNECT' : `CONNECT ${SPEED}`;
  }

  goOnline() {
    this.online(this.call, {
      character: String.fromCharCode(this.registers[2]),
      guardMs: this.registers[12] * UNIT_MS,
      escaped: () => this.result('OK'),
    });
  }

  // The line breaks: on line behind the last data, in command state at once.
  linkReady(link) {
    super.linkReady(link);
    if (link.ended && link === this.call && link !== this.onlineLink)
      this.urc(() => link === this.call && this.carrierLost(link));
  }

  carrierLost(link) {
    this.call = undefined;
    super.carrierLost(link);
  }

  hangUp() {
    this.drop(this.call);
    this.call = undefined;
  }
}
