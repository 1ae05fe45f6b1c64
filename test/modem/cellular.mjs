// What the cellular dialects share: identity, SIM, signal, registration, attachment and contexts by 3GPP TS 27.007.
import { Refused, integer } from './command.mjs';
import { Modem } from './modem.mjs';

const CONTEXTS = 16;
const REGISTERED = 1;
const NOT_SEARCHING = 0;
const SEARCHING = 2;
const DENIED = 3;

export class CellularModem extends Modem {
  constructor(options) {
    super(options);
    this.locked = this.faults.has('pin');
    this.functionality = 1; // AT+CFUN: 0 off, 1 full, 4 airplane
    this.registrationReports = {}; // '+CEREG': n
    this.registrationQueries = 0;
    this.wasRegistered = this.registered;
    this.contexts = new Map(); // cid -> { type, apn, active }
  }

  identity = ['rill', 'emulated', '1.0'];

  // ---- SIM and network as the faults have them
  needSim() {
    if (this.faults.has('no-sim')) throw new Refused(10);
    if (this.locked) throw new Refused(11);
  }

  // 27.007 7.2, 10.1.20, 10.1.22: <stat>
  get registration() {
    if (this.functionality !== 1 || this.faults.has('no-sim') || this.locked) return NOT_SEARCHING;
    if (this.faults.has('no-network')) return NOT_SEARCHING;
    if (this.faults.has('denied')) return DENIED;
    if (this.faults.has('searching') && this.registrationQueries < this.faults.get('searching')) return SEARCHING;
    return REGISTERED;
  }

  get registered() {
    return this.registration === REGISTERED;
  }

  // Tells a change of <stat> where that was asked for.
  registrationChanged() {
    if (this.registered === this.wasRegistered) return;
    this.wasRegistered = this.registered;
    for (const [name, report] of Object.entries(this.registrationReports))
      if (report > 0) this.urc(`${name}: ${this.registration}`);
  }

  // May a context be activated now?
  get dataPossible() {
    return this.registered && !this.faults.has('bad-apn');
  }

  context(cid) {
    if (!this.contexts.has(cid)) this.contexts.set(cid, { type: 'IP', apn: '', active: false });
    return this.contexts.get(cid);
  }

  // A context goes down: its links are lost.
  contextDown(context) {
    context.active = false;
  }

  registrationCommand(name) {
    return {
      test: () => this.info(`${name}: (0-2)`),
      read: () => {
        this.registrationQueries++;
        const report = this.registrationReports[name] ?? 0;
        const place = report === 2 && this.registered ? ',"1A2B","01C3D4E5",7' : '';
        this.info(`${name}: ${report},${this.registration}${place}`);
        this.registrationChanged();
      },
      set: ([report]) => void (this.registrationReports[name] = integer(report, 0, 5)),
    };
  }

  cellular() {
    const basics = this.basics();
    const [maker, model, revision] = this.identity;
    return {
      ...basics,
      I: () => this.info(maker, model, `Revision: ${revision}`),
      '+CGMI': () => this.info(maker),
      '+CGMM': () => this.info(model),
      '+CGMR': () => this.info(revision),
      '+CGSN': () => this.info('490154203237518'),
      '+CIMI': () => {
        this.needSim();
        this.info('001010123456789');
      },
      '+CMEE': {
        set: ([level]) => void (this.cmee = integer(level, 0, 2)),
        read: () => this.info(`+CMEE: ${this.cmee}`),
        test: () => this.info('+CMEE: (0-2)'),
      },
      '+CPIN': {
        read: () => {
          if (this.faults.has('no-sim')) throw new Refused(10);
          this.info(`+CPIN: ${this.locked ? 'SIM PIN' : 'READY'}`);
        },
        set: ([code]) => {
          if (this.faults.has('no-sim')) throw new Refused(10);
          if (!this.locked) throw new Refused(3);
          if (code !== this.faults.get('pin')) throw new Refused(16);
          this.locked = false;
          this.urc('+CPIN: READY');
          this.registrationChanged();
        },
      },
      '+CSQ': () => this.info(`+CSQ: ${this.faults.has('no-network') || this.functionality !== 1 ? '99,99' : '24,99'}`),
      '+CREG': this.registrationCommand('+CREG'),
      '+CGREG': this.registrationCommand('+CGREG'),
      '+CEREG': this.registrationCommand('+CEREG'),
      '+COPS': {
        read: () => this.info(this.registered ? '+COPS: 0,0,"rill test",7' : '+COPS: 0'),
        set: () => this.needSim(),
      },
      '+CFUN': {
        read: () => this.info(`+CFUN: ${this.functionality}`),
        set: ([value, reset]) => {
          const wanted = integer(value, 0, 44);
          if (reset === '1' || wanted === 15 || wanted === 16) {
            this.after = () => this.restart();
            return;
          }
          this.functionality = wanted;
          if (wanted !== 1) for (const context of this.contexts.values()) this.contextDown(context);
          this.registrationChanged();
        },
      },
      '+CGATT': {
        read: () => this.info(`+CGATT: ${this.registered ? 1 : 0}`),
        set: ([state]) => {
          this.needSim();
          if (integer(state, 0, 1) === 1 && !this.registered) throw new Refused(30);
        },
      },
      '+CGDCONT': {
        read: () => {
          const line = ([cid, { type, apn }]) => `+CGDCONT: ${cid},"${type}","${apn}","0.0.0.0",0,0`;
          const lines = [...this.contexts].map(line);
          if (lines.length) this.info(...lines);
        },
        set: ([cid, type = 'IP', apn = '']) => {
          const context = this.context(integer(cid, 0, CONTEXTS));
          if (context.active && context.apn !== apn) throw new Refused(3);
          Object.assign(context, { type, apn });
        },
      },
      '+CGACT': {
        read: () => {
          const lines = [...this.contexts].map(([cid, { active }]) => `+CGACT: ${cid},${Number(active)}`);
          if (lines.length) this.info(...lines);
        },
        set: ([state, cid]) => {
          this.needSim();
          const context = this.context(integer(cid, 0, CONTEXTS, 1));
          if (integer(state, 0, 1) === 0) return this.contextDown(context);
          if (!this.dataPossible) throw new Refused(this.registered ? 148 : 30);
          context.active = true;
        },
      },
      '+CGPADDR': {
        set: ([cid]) => {
          const { active } = this.context(integer(cid, 0, CONTEXTS, 1));
          this.info(`+CGPADDR: ${cid},"${active ? '10.0.0.2' : '0.0.0.0'}"`);
        },
        run: () => this.info(`+CGPADDR: 1,"10.0.0.2"`),
      },
      '+IFC': () => {},
      '+IPR': () => {},
      '+CSCS': () => {},
      '+CTZU': () => {},
      '+CTZR': () => {},
      '+CGEREP': () => {},
      '+CCLK': { read: () => this.info('+CCLK: "26/11/25,12:00:00+04"') },
      '+CPSMS': () => {},
      '+CEDRXS': () => {},
    };
  }
}
