// The changes that a source file can have: each is one small fault. A change is told by its function and its line of text
// before and after, not by its line's number, so that it is the same one when code moves.

const TOKEN = new RegExp(
  [
    String.raw`\/\*[^]*?\*\/`, // comment
    String.raw`^[ \t]*#(?:\\\n|[^\n])*`, // preprocessor line
    String.raw`"(?:\\.|[^"\\])*"`,
    String.raw`'(?:\\.|[^'\\])+'`,
    String.raw`[A-Za-z_]\w*`,
    String.raw`0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*`,
    String.raw`<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\S`,
  ].join('|'),
  'gm',
);

const OPERATORS = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
  '&&': ['||'],
  '||': ['&&'],
  '++': ['--'],
  '--': ['++'],
  '+=': ['-=', '='],
  '-=': ['+=', '='],
  '|=': ['&=', '='],
  '&=': ['|=', '='],
  '^=': ['|='],
  '<<': ['>>'],
  '>>': ['<<'],
  '!': [''],
  true: ['false'],
  false: ['true'],
};
// These may also stand in front of one operand, where they mean something else.
const BETWEEN = { '+': ['-'], '-': ['+'], '*': ['/'], '/': ['*'], '%': ['/'], '&': ['|'], '|': ['&'], '^': ['&'] };
const ENDS_OPERAND = /^[\w)\]'"]/;
const NO_OPERAND = new Set(['return', 'case', 'sizeof', 'else']);

function* ofNumber(text) {
  const [, digits, suffix] = /^(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)$/.exec(text);
  const value = BigInt(digits);
  yield `${value + 1n}${suffix}`;
  if (value > 0n) yield `${value - 1n}${suffix}`;
}

function* ofToken(token, before) {
  const { text } = token;
  if (Object.hasOwn(OPERATORS, text)) yield* OPERATORS[text];
  else if (Object.hasOwn(BETWEEN, text) && token.spaced && ENDS_OPERAND.test(before.text) && !NO_OPERAND.has(before.text))
    yield* BETWEEN[text];
  else if (/^\d/.test(text)) yield* ofNumber(text);
  else if (/^'[^\\]'$/.test(text)) yield `'${String.fromCharCode(text.charCodeAt(1) + 1)}'`;
}

// The condition of `if (` or `while (` that begins at this token: the tokens of its brackets.
function bracketsAt(tokens, at) {
  let depth = 0;
  for (let i = at + 1; i < tokens.length; i++) {
    if (tokens[i].text === '(') depth++;
    else if (tokens[i].text === ')' && --depth === 0) return [tokens[at + 1], tokens[i]];
  }
  return null;
}

// `spaced`: written as an operator between operands is.
const tokenOf = (text, { 0: token, index: at }) => ({ text: token, at, spaced: text[at - 1] === ' ' && text[at + token.length] === ' ' });
const isCode = ({ text }) => !text.startsWith('/*') && !/^\s*#/.test(text);

// The name of the function that each line belongs to, as the house writes them: its head begins a line.
function functionsOf(lines) {
  let name = '';
  return lines.map((line) => {
    const head = /^(?:static |inline )*[a-z]\w*[\w *]*?\**\b(\w+)\(/.exec(line);
    if (head && !line.endsWith(';')) name = head[1];
    const here = name;
    if (line === '}' || line.startsWith('};')) name = '';
    return here;
  });
}

export function changesOf(text) {
  const lines = text.split('\n');
  const functions = functionsOf(lines);
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1) + line.length + 1);
  const lineAt = (offset) => {
    let line = 0;
    while (starts[line + 1] <= offset) line++;
    return line;
  };
  const changes = [];
  const add = (from, to, put) => {
    const mutant = text.slice(0, from) + put + text.slice(to);
    const line = lineAt(from);
    const last = lineAt(to);
    const clean = (some) => some.replace(/\s+/g, ' ').trim();
    const before = clean(text.slice(starts[line], starts[last + 1] - 1));
    const after = clean(mutant.slice(starts[line], starts[last + 1] - 1 + put.length - (to - from)));
    changes.push({ name: functions[line], before, after, mutant });
  };

  const tokens = [...text.matchAll(TOKEN)].map((match) => tokenOf(text, match)).filter(isCode);
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    for (const put of ofToken(token, before)) add(token.at, token.at + token.text.length, put);
    if (token.text === 'if' || token.text === 'while') {
      const brackets = bracketsAt(tokens, i);
      if (brackets) add(brackets[0].at, brackets[1].at + 1, `(!${text.slice(brackets[0].at, brackets[1].at + 1)})`);
    }
  });
  // Statements of one line, without those that end a function.
  lines.forEach((line, i) => {
    const statement = /^(\s+)([^;{}]*[^;{}\s]);(\s*\/\*.*\*\/)?$/.exec(line);
    const alone = statement && /([;{}:)]|else|\*\/)$/.test(lines[i - 1] ?? '');
    if (!alone || functions[i] === '' || (/^return\b/.test(statement[2]) && lines[i + 1] === '}')) return;
    const from = starts[i] + statement[1].length;
    add(from, from + statement[2].length, '');
  });
  return changes;
}
