// Command lines by ITU-T V.250 clause 5: basic commands (ATE0V1), S-parameters, extended commands (AT+NAME=1,"two")
// and several of them in one line.

// One command: its name, how it is asked (run, set, read, test) and its arguments. An argument that is left out is ''.
const command = (name, kind, text = '') => ({
  name: name.toUpperCase(),
  kind,
  text,
  args: kind === 'set' ? split(text) : [],
});

// Commas separate arguments, except within quotes; quotes are taken off. ESP-AT escapes , " \ with a backslash.
export function split(text) {
  const args = [''];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && quoted && '\\",'.includes(text[i + 1])) args[args.length - 1] += text[++i];
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === ',' && !quoted) args.push('');
    else args[args.length - 1] += text[i];
  }
  return args.map((arg) => arg.trim());
}

const EXTENDED = /^([+#%$^*!][A-Za-z0-9_]+)(=\?|\?|=)?/;

// 'ATE0+CMEE=1;+CSQ' -> [E0, +CMEE=1, +CSQ]; null when the line is no command line.
export function parse(line) {
  if (!/^at/i.test(line)) return null;
  let rest = line.slice(2).trim();
  const commands = [];
  while (rest) {
    const extended = EXTENDED.exec(rest);
    if (extended) {
      const [head, name, sign] = extended;
      let end = head.length;
      for (let quoted = false; end < rest.length && (quoted || rest[end] !== ';'); end++)
        if (rest[end] === '"') quoted = !quoted;
      const text = rest.slice(head.length, end);
      if (sign !== '=' && text) return null;
      commands.push(command(name, { '=?': 'test', '?': 'read', '=': 'set' }[sign] ?? 'run', text));
      rest = rest.slice(end + 1);
    } else if (/^d/i.test(rest)) {
      commands.push(command('D', 'run', rest.slice(1))); // a dial string takes the rest of the line
      rest = '';
    } else {
      const basic = /^(s\d+)(\?|=\d*)?|^(&?[a-z])(\d*)/i.exec(rest);
      if (!basic) return null;
      const [head, parameter, sign, letter, number] = basic;
      if (parameter) commands.push(command(parameter, sign === '?' ? 'read' : 'set', sign?.slice(1) ?? ''));
      else commands.push(command(letter, 'run', number));
      rest = rest.slice(head.length);
      if (rest[0] === ';') rest = rest.slice(1);
    }
  }
  return commands;
}

// A command that ends in an error: its CME number where it has one (3GPP TS 27.007 clause 9.2).
export class Refused extends Error {
  constructor(cme) {
    super(`refused ${cme ?? ''}`);
    this.cme = cme;
  }
}

// An argument as a number within bounds; where it is left out, the default, if there is one.
export function integer(text, low, high, fallback) {
  if ((text === undefined || text === '') && fallback !== undefined) return fallback;
  const value = /^-?\d+$/.test(text ?? '') ? Number(text) : NaN;
  if (!(value >= low && value <= high)) throw new Refused(50); // incorrect parameters
  return value;
}
