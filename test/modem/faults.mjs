// How the modem misbehaves on request: one table. `read` turns the text behind the colon into what the code asks for;
// without it the fault takes none. `not`: dialects that have no such thing.
const number = (fallback) => (text) => {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`not a number: ${text}`);
  return value;
};

const lost = (text = '0.01') => {
  const at = /^@(\d+)(?:\+(\d+))?$/.exec(text);
  return at ? { position: Number(at[1]), count: Number(at[2] ?? 1) } : { rate: number()(text) };
};

const late = (text = '5000') => {
  const [ms, command = ''] = text.split(',');
  return { ms: number()(ms), command: command.toUpperCase() };
};

const withoutSim = ['esp-at', 'hayes'];
const withoutFrames = ['hayes'];

export const faults = [
  { name: 'lying-length', argument: '[:N]', read: number(10), not: withoutFrames,
    text: 'the header of received data says N bytes more than follow (10)' },
  { name: 'short-length', argument: '[:N]', read: number(10), not: withoutFrames,
    text: 'the header of received data says up to N bytes less than follow (10)' },
  { name: 'longer-than-asked', argument: '[:N]', read: number(16), not: withoutFrames,
    text: 'a read gives N bytes more than were asked for, and its header says so (16)' },
  { name: 'urc-inside', text: 'an unrelated unsolicited line behind the echo and before the final result of each command' },
  { name: 'late-ok', argument: '[:MS[,COMMAND]]', read: late,
    text: 'the final result comes MS later (5000), of all commands or of that one (CGATT, QIOPEN)' },
  { name: 'lost-bytes', argument: '[:RATE|:@N[+M]]', read: lost,
    text: 'loses a share of all bytes sent (0.01), or M bytes (1) at byte N of the received data' },
  { name: 'garbage', argument: '[:RATE]', read: (text) => ({ rate: number(0.001)(text) }),
    text: 'noise at power-on, and a share of all bytes sent is changed (0.001)' },
  { name: 'reset-mid-stream', argument: '[:N]', read: number(1000),
    text: 'restarts once, behind N bytes of received data (1000): boot banner, all state gone' },
  { name: 'buffer-full', argument: '[:N]', read: number(3), not: ['hayes'],
    text: 'the first N sends fail as with a full buffer (3)' },
  { name: 'no-sim', not: withoutSim, text: 'no SIM card' },
  { name: 'pin', argument: '[:CODE]', read: (text = '1234') => text, not: withoutSim,
    text: 'the SIM card wants its PIN (1234)' },
  { name: 'denied', text: 'registration denied; ESP-AT: wrong password; Hayes: NO CARRIER' },
  { name: 'searching', argument: '[:N]', read: (text) => (text === undefined ? Infinity : number()(text)),
    text: 'searches for a network: for ever, or registers with the Nth query; ESP-AT, Hayes: joining, dialling take too long' },
  { name: 'bad-apn', not: withoutSim, text: 'the network refuses the APN: no context' },
  { name: 'no-network', text: 'no signal; ESP-AT: no access point; Hayes: NO DIALTONE' },
  { name: 'refused', text: 'every connection is refused' },
  { name: 'slow', argument: '[:MS]', read: number(200), text: 'takes MS longer for each command (200)' },
  { name: 'echo', text: 'echoes for ever, whatever ATE says' },
  { name: 'silent', text: 'answers nothing' },
  { name: 'silent-after', argument: ':N', read: number(5), text: 'answers N commands (5), then nothing; online it falls silent too' },
  { name: 'close-mid-stream', argument: '[:N]', read: number(1000),
    text: 'behind N bytes from the peer (1000) the close is told at once, with bytes still in the buffer' },
  { name: 'busy', argument: '[:N]', read: number(3),
    text: 'the first N opens (3; ESP-AT: commands) are answered with busy' },
];

// ['lying-length:3', 'echo'] -> Map of name to what the code asks for.
export function readFaults(texts, dialect) {
  const found = new Map();
  for (const text of texts) {
    const [name, ...rest] = text.split(':');
    const fault = faults.find((entry) => entry.name === name);
    if (!fault) throw new Error(`no such fault: ${name}`);
    if (fault.not?.includes(dialect)) throw new Error(`${dialect} has no ${name}`);
    if (rest.length && !fault.read) throw new Error(`${name} takes no argument`);
    found.set(name, fault.read ? fault.read(rest.length ? rest.join(':') : undefined) : true);
  }
  return found;
}
