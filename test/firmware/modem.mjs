// A board with a modem on its UART asks a server on this machine: each dialect through the project's modem emulator,
// with and without its faults, and Hayes through the modem of DOSBox. Then what that costs in flash, RAM, instructions.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root as corpus } from '../peers/oracle/corpus.mjs';
import { expectation, fnv } from './line.mjs';
import { costs } from './modem/costs.mjs';
import { dosbox } from './modem/dosbox.mjs';
import { throughEmulator } from './modem/emulated.mjs';
import { Server } from './modem/server.mjs';
import { streams } from './net/servers.mjs';
import { check, finish, valueOf } from './qemu.mjs';

const PORT = 25100; // of the servers, one after the other
const slots = [0, 1, 2, 3, 4, 5]; // so many at once
const stride = Number(process.env.RILL_STRIDE ?? 1);

const DONE = 1; // RILL_END_DONE
const TRUNCATED = 3;
// rill_status, without the sign
const status = {
  ...{ refused: 3, silent: 21, sim: 22, registration: 23, context: 24, command: 25, answer: 26, restarted: 27 },
  ...{ chunk: 36, cut: 37 }, // RILL_HTTP_
};

// ---- what the servers send

const answer = streams.small.body;
const short = Buffer.concat([answer.subarray(0, answer.indexOf('\n\n', 6000) + 2), Buffer.from('data: [DONE]\n\n')]);
const usual = stride > 1 ? short : answer; // what comes whole
const file = join(corpus, 'streams/openai/chat-stream-openllmetry-invoke-510688.sse');
const recorded = existsSync(file) ? readFileSync(file) : answer;
if (recorded === answer) console.log(`skipped: a recorded stream, 37 kB of OpenAI's: not in ${corpus}`);

const servers = {
  recorded: new Server(PORT, recorded),
  answer: new Server(PORT + 1, answer),
  pauses: new Server(PORT + 2, answer, { stop: 9000 }),
  hangsUp: new Server(PORT + 3, short, { stop: 4000, hangsUp: true }),
  usual: new Server(PORT + 4, usual),
  stays: new Server(PORT + 5, usual, { stays: true }),
  dosbox: new Server(PORT + 6, short, { stays: true }), // its own: who has left it is asked
  nobody: { port: PORT + 7 },
};

// ---- judging: '' when all is as it should be

const says = (result, expected) =>
  Object.entries({ ...expected, lost: 0 })
    .filter(([name, value]) => ![value].flat().includes(valueOf(result, name)))
    .map(([name, value]) => `${name}: ${valueOf(result, name)}, not ${value}`)
    .join(', ');

// The text is the beginning of the body's, and has at least all that the first `least` bytes of the body have.
function textIs(result, body, least) {
  const text = Buffer.from(expectation(body).text, 'latin1');
  const sure = expectation(body.subarray(0, least)).text.length;
  const length = valueOf(result, 'text');
  const is = length >= sure && length <= text.length && valueOf(result, 'hash') === fnv(text.subarray(0, length));
  return is ? '' : `${length} of ${text.length} bytes of text, at least ${sure}; or another text`;
}

const whole = (body) => (result) =>
  says(result, { opened: 0, end: DONE, status: 0, bad: 0 }) || textIs(result, body, body.length);

// No connection, for this reason.
const refused = (reason) => (result) =>
  says(result, { opened: reason }) || (valueOf(result, 'text') === undefined ? '' : 'it asked');

// The answer ends early for this reason, behind `least` bytes of the body.
const cut = (reason, { body = answer, least = 0, bad = 0 } = {}) => (result) =>
  says(result, { opened: 0, end: TRUNCATED, status: reason, bad }) || textIs(result, body, least);

// ---- the table

const cellular = ['quectel', 'simcom', 'ublox', 'nordic_slm'];
const polled = [...cellular, 'esp_at']; // data stays in the modem until it is asked for
const sockets = [...polled, 'esp_at_active'];
const all = [...sockets, 'hayes'];
const except = (list, ...names) => list.filter((name) => !names.includes(name));

const middle = 9000; // bytes of the server's answer
const { pauses, hangsUp } = servers;
const betweenBlocks = { server: 'pauses', faults: [`reset-mid-stream:${pauses.sent}`] };
const inBlock = { faults: [`reset-mid-stream:${middle}`] }; // whose rest the modem's greeting is taken for
const closed = { faults: [`close-mid-stream:${middle}`] };

const table = [
  { of: all, server: 'recorded', expect: whole(recorded), tell: true },
  { of: ['quectel', 'esp_at'], board: 'microbit', server: 'recorded', expect: whole(recorded), tell: true },
  { of: ['quectel', 'hayes'], board: 'an385-m0plus', server: 'recorded', expect: whole(recorded), tell: true },
  { of: all, server: 'stays', expect: whole(usual) },
  { of: all, server: 'usual', faults: ['urc-inside'], expect: whole(usual) },
  { of: ['quectel', 'hayes'], server: 'usual', faults: ['echo'], expect: whole(usual) },
  { of: polled, faults: ['lying-length'], expect: cut(status.answer) },
  { of: except(sockets, 'ublox'), ...betweenBlocks, expect: cut(status.restarted, { least: pauses.stop }) },
  // it says nothing when it starts: a part of the last block's answer is missing
  { of: ['ublox'], ...betweenBlocks, expect: cut(status.answer, { least: pauses.stop - 512 }) },
  { of: polled, ...inBlock, expect: cut(status.answer, { bad: [0, 1] }) },
  { of: cellular, faults: ['no-sim'], expect: refused(status.sim) },
  { of: sockets, faults: ['denied'], expect: refused(status.registration) },
  { of: ['hayes'], faults: ['denied'], expect: refused(status.refused) },
  { of: cellular, faults: ['bad-apn'], expect: refused(status.context) },
  { of: except(all, 'nordic_slm'), faults: ['refused'], expect: refused(status.refused) },
  { of: except(all, 'nordic_slm'), server: 'nobody', expect: refused(status.refused) },
  { of: ['nordic_slm'], faults: ['refused'], expect: refused(status.command) }, // #XCONNECT gives no reason
  { of: all, faults: ['silent'], openMs: 2500, expect: refused(status.silent) },
  { of: all, ...closed, expect: cut(status.cut, { least: servers.answer.bodyWithin(middle) }) },
  { of: all, server: 'hangsUp', expect: cut(status.cut, { body: short, least: hangsUp.stop }) },
];

function tell(name, result, body) {
  const [ms, stack, peak, ring] = ['milliseconds', 'stack', 'ring peak', 'ring'].map((of) => valueOf(result, of));
  const memory = `${stack} bytes of stack, at most ${peak} in the ring of ${ring}`;
  console.log(`${name}: ${body.length} bytes of body in ${ms} ms; ${memory}`);
}

// The recorded stream goes through one of RILL_STRIDE images, the usual one through the others.
const shortened = (one, at) =>
  one.server !== 'recorded' || at % stride === 0 ? one : { ...one, server: 'usual', expect: whole(usual), tell: false };

async function throughEmulators() {
  if (stride > 1) console.log(`ran: the recorded stream through one of ${stride} images, else a shorter one (RILL_STRIDE)`);
  const every = { board: 'an385', server: 'answer', faults: [] };
  const cases = table.flatMap(({ of, ...row }) => of.map((image) => ({ image, ...every, ...row }))).map(shortened);
  const work = async (slot) => {
    for (let next = cases.shift(); next; next = cases.shift()) {
      const name = [`${next.board}/${next.image}`, ...(next.faults.length ? next.faults : [next.server])].join(', ');
      const result = await throughEmulator(slot, { ...next, server: servers[next.server] });
      const wrong = result.code === 0 ? next.expect(result) : `exit status ${result.code}`;
      check(name, wrong === '', `${wrong}\n${result.out}`);
      if (next.tell) tell(name, result, recorded);
    }
  };
  await Promise.all(slots.map(work));
}

// ---- DOSBox

const dialled = [
  {
    name: 'an answer',
    server: servers.dosbox,
    expect: (result) => whole(short)(result) || (result.left ? '' : 'the firmware did not hang up'),
  },
  { name: 'nobody listens', server: servers.nobody, expect: refused(status.refused) },
  {
    name: 'the far side hangs up', // of NO CARRIER only a CR comes, which is no chunk of HTTP
    server: hangsUp,
    expect: cut(status.chunk, { body: short, least: hangsUp.stop, bad: 1 }),
  },
];

async function throughDosbox() {
  const missing = dosbox.missing();
  if (missing) {
    console.log(`skipped: Hayes against DOSBox: there is no ${missing}`);
    return;
  }
  const work = async ({ name, server, expect }, slot) => {
    const result = await dosbox.through(slot, { server });
    const wrong = result.code === 0 ? expect(result) : `exit status ${result.code}`;
    check(`DOSBox: ${name}`, wrong === '', `${wrong}\n${result.out}`);
    if (server.stays) tell('an385/hayes, DOSBox', result, short);
  };
  await Promise.all(dialled.map(work));
}

// ---- all of it

mkdirSync('build/firmware/modem', { recursive: true });
for (const server of Object.values(servers)) await server.listen?.();
await Promise.all([throughEmulators(), throughDosbox()]);
await costs(servers.answer, all);
finish();
