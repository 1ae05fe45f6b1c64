// From the values that the openai package gives to the lines that rill must print: in its normal forms.
import { answer, choice as choiceShape, error as errorShape, message as messageShape, toolCall } from './members.mjs';
import { otherTypes, skipped } from './members.mjs';

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const typeOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

// ---- which members and types were seen, for the tables

export class Census {
  compared = new Map();
  unknown = new Map();

  constructor() {
    this.rows = [...this.toRows(skipped), ...this.toRows(otherTypes)];
  }

  toRows(table) {
    return Object.entries(table).flatMap(([why, patterns]) =>
      patterns.map((pattern) => {
        const source = pattern.split('*').map((text) => text.replace(/[.[\]()]/g, '\\$&')).join('[^.]*');
        return { why, pattern, expression: new RegExp(`^${source}$`), seen: 0 };
      }),
    );
  }

  compare(path) {
    this.compared.set(path, (this.compared.get(path) ?? 0) + 1);
  }

  skip(path) {
    const row = this.rows.find(({ expression }) => expression.test(path));
    if (row) row.seen++;
    else this.unknown.set(path, (this.unknown.get(path) ?? 0) + 1);
  }

  stale() {
    return this.rows.filter(({ seen }) => seen === 0).map(({ pattern }) => pattern);
  }
}

// ---- simple values

const integer = (value) => {
  if (typeof value === 'string') return /^-?\d+$/.test(value) ? Number(value) : undefined;
  return typeof value === 'number' ? Math.trunc(value) + 0 : undefined;
};

// Half a surrogate pair is no character: U+FFFD stands for it.
export const wellFormed = (text) =>
  text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (unit) => (unit.length === 2 ? unit : '\ufffd'));

const KNOWN_OBJECTS = {
  'chat.completion.chunk': 'chat.chunk',
  'chat.completion': 'chat.completion',
  'chat.completion.done': 'chat.completion',
  text_completion: 'text.completion',
  'text.completion': 'text.completion',
  completion: 'text.completion',
};

// One for each stream, since some rules look at what came before.
export class Expectation {
  streamed = false; // a delta was seen: message and text only repeat
  reasoning = undefined; // the name that reasoning comes by
  finished = false;
  kind = 'chat.chunk'; // of the last event

  constructor(census, body) {
    this.census = census;
    this.inStream = body === 'sse';
  }

  // The value in its normal form, or undefined where it counts as absent.
  convert(value, shape, path, context) {
    if (value === null) return null;
    for (const one of shape.either ?? [shape]) {
      const converted = this.convertAs(value, one, path, context);
      if (converted !== undefined) return converted;
    }
    this.census.skip(`${path} as ${typeOf(value)}`);
    return undefined;
  }

  convertAs(value, shape, path, context) {
    if (Array.isArray(shape)) {
      if (!Array.isArray(value)) return undefined;
      if (shape[0] === 'json') return value;
      if (shape[0] === choiceShape) return this.choices(value, path, context);
      const elements = value.map((element) => this.convert(element, shape[0], `${path}[]`));
      return elements.filter((element) => element !== undefined);
    }
    if (isObject(shape)) {
      if (!isObject(value)) return undefined;
      const converted = shape === messageShape ? this.message(value, path) : this.members(value, shape, path);
      // One call in place of the array of calls.
      return shape === toolCall && !path.endsWith('[]') ? [converted] : converted;
    }
    switch (shape) {
      case 'text':
        return typeof value === 'string' ? value : undefined;
      case 'integer':
        return integer(value);
      case 'real':
        return typeof value === 'number' ? value : undefined;
      case 'json':
        return value;
      case 'minified':
        return typeof value === 'string' ? undefined : JSON.stringify(value);
      case 'tagged':
        return isObject(value) ? integer(value.Int) ?? value.String : undefined;
      default:
        throw new Error(`no such shape: ${shape}`);
    }
  }

  members(value, shape, path) {
    const converted = {};
    for (const [name, member] of Object.entries(value)) {
      const at = path ? `${path}.${name}` : name;
      if (!Object.hasOwn(shape, name)) {
        if (at !== 'error') this.census.skip(at); // errorOf() looks at that one
        continue;
      }
      this.census.compare(at);
      const result = this.convert(member, shape[name], at, value);
      if (result !== undefined) converted[name] = result;
    }
    return converted;
  }

  // ---- reasoning has two names and may come in parts of the content: the first that is not empty stays for the stream

  tellReasoning(into, name, value) {
    if (this.reasoning !== undefined && this.reasoning !== name) return;
    if (value) this.reasoning = name;
    if (value === null && into.reasoning_content === undefined) into.reasoning_content = null;
    if (value !== null) into.reasoning_content = (into.reasoning_content ?? '') + value;
  }

  parts(into, parts, path) {
    const say = (text) => (into.content = (into.content ?? '') + text);
    for (const part of parts) {
      if (!isObject(part)) continue;
      for (const [name, value] of Object.entries(part)) {
        const at = `${path}[].${name}`;
        if (name === 'text' && typeof value === 'string') {
          this.census.compare(at);
          say(value);
        } else if (name === 'thinking' && typeof value === 'string') {
          this.census.compare(at);
          this.tellReasoning(into, 'thinking', value);
        } else if (name === 'thinking' && Array.isArray(value)) {
          for (const thought of value.filter(isObject)) {
            for (const [inner, text] of Object.entries(thought)) {
              if (inner === 'text' && typeof text === 'string') {
                this.census.compare(`${at}[].text`);
                this.tellReasoning(into, 'thinking', text);
              } else {
                this.census.skip(`${at}[].${inner}`);
              }
            }
          }
        } else {
          this.census.skip(at);
        }
      }
    }
  }

  message(value, path) {
    const converted = {};
    for (const [name, member] of Object.entries(value)) {
      const at = `${path}.${name}`;
      if (!Object.hasOwn(messageShape, name)) {
        this.census.skip(at);
      } else if (messageShape[name] === 'reasoning' && (member === null || typeof member === 'string')) {
        this.census.compare(at);
        this.tellReasoning(converted, name, member);
      } else if (name === 'content' && Array.isArray(member)) {
        this.parts(converted, member, at);
      } else {
        this.census.compare(at);
        const shape = name === 'content' ? 'text' : messageShape[name];
        const result = this.convert(member, shape, at);
        if (result !== undefined) converted[name] = result;
      }
    }
    return converted;
  }

  // ---- delta, message and text are one message, told in up to three ways

  told(value, chunked) {
    const names = Object.keys(value).filter((name) => ['delta', 'message', 'text'].includes(name));
    const has = (name) => (name === 'text' ? typeof value.text === 'string' : isObject(value[name]));
    if (!this.inStream) return ['message', 'text', 'delta'].find(has) ?? names[0];
    let kept;
    for (const name of names) {
      const repeats = name !== 'delta' && (this.streamed || chunked);
      if (!repeats && (kept === undefined || !has(kept))) kept = name;
    }
    return kept;
  }

  choices(array, path, root) {
    // In a stream, `object` counts when it stands in front of the choices: a decoder cannot wait for it.
    const names = Object.keys(root);
    const chunked = root.object === 'chat.completion.chunk' && names.indexOf('object') < names.indexOf('choices');
    return array.filter(isObject).map((value, position) => {
      const kept = this.told(value, chunked);
      if (isObject(value.delta)) this.streamed = true;
      const converted = {};
      for (const [name, member] of Object.entries(value)) {
        const at = `${path}[].${name}`;
        if (!Object.hasOwn(choiceShape, name)) {
          this.census.skip(at);
          continue;
        }
        if (['delta', 'message', 'text'].includes(name) && name !== kept) {
          this.census.skip(`${at} beside another`);
          continue;
        }
        this.census.compare(at);
        const result = this.convert(member, choiceShape[name], at, value);
        if (result !== undefined) converted[name] = result;
      }
      converted.index ??= position;
      if (converted.finish_reason) this.finished = true;
      return converted;
    });
  }

  // ---- what an event is: by the shape of its choices, else by `object`, else as the event before. In a stream a message
  // in front of the delta is one way to tell a delta, unless `object` says otherwise; in a JSON body the message wins.

  kindOf(value, line) {
    const shapes = { delta: 'chat.chunk', message: 'chat.completion', text: 'text.completion' };
    const kept = (choice, name) => (name === 'text' ? typeof choice.text === 'string' : isObject(choice[name]));
    const shown = this.inStream && Array.isArray(value.choices) ? value.choices.filter(isObject) : line.choices ?? [];
    if (this.inStream && (line.choices ?? []).some((choice) => kept(choice, 'message')))
      return value.object === 'chat.completion' ? 'chat.completion' : 'chat.chunk';
    for (const [name, kind] of Object.entries(shapes)) if (shown.some((choice) => kept(choice, name))) return kind;
    return KNOWN_OBJECTS[value.object] ?? this.kind;
  }

  // An answer has choices, or says that it is one, or tells the usage of one and nothing else.
  isAnswer(value) {
    if (Array.isArray(value.choices) || value.choices === null) return true;
    if (value.object) return Object.hasOwn(KNOWN_OBJECTS, value.object);
    const { prompt_tokens: prompt, completion_tokens: completion } = isObject(value.usage) ? value.usage : {};
    return prompt !== undefined || completion !== undefined;
  }

  answer(value) {
    const line = this.members(value, answer, '');
    line.kind = this.kind = this.kindOf(value, line);
    // The message has the name that goes with the kind, whichever way it came.
    const name = { 'chat.chunk': 'delta', 'chat.completion': 'message' }[line.kind];
    for (const choice of line.choices ?? []) {
      for (const other of ['delta', 'message', 'text'].filter((other) => other !== (name ?? 'text') && other in choice)) {
        const told = choice[other];
        delete choice[other];
        if (name) choice[name] = other === 'text' ? { content: told } : told;
        else if (told !== null && 'content' in told) choice.text = told.content;
      }
    }
    // The usage of the whole wins: the same told further inside is passed over once it was seen.
    const names = Object.keys(value);
    const usageBefore = (name) => isObject(value.usage) && names.indexOf('usage') < names.indexOf(name);
    if (usageBefore('x_groq') && line.x_groq) delete line.x_groq.usage;
    return line;
  }

  // ---- errors, in all their shapes

  errorOf(value, type, status) {
    if (!isObject(value)) return undefined;
    const inner = value.error;
    const inGroq = isObject(value.x_groq) && typeof value.x_groq.error === 'string' && value.x_groq.error !== '';
    const told = isObject(inner) || (typeof inner === 'string' && inner !== '') || inGroq;
    const hasChoices = Array.isArray(value.choices);
    const says = typeof value.message === 'string' || typeof value.detail === 'string';
    const body = !this.inStream && (status >= 400 || says);
    if (!told && (hasChoices || !(value.object === 'error' || type === 'error' || body))) return undefined;
    const line = { kind: 'error' };
    const add = (name, member, path) => {
      if (member === undefined || line[name] !== undefined) return;
      this.census.compare(path);
      const result = this.convert(member, errorShape[name], path);
      if (result !== undefined) line[name] = result;
    };
    const names = { message: 'message', detail: 'message', type: 'type', error_type: 'type', param: 'param', code: 'code' };
    for (const [name, member] of Object.entries(value)) {
      if (name === 'error' && isObject(member)) {
        for (const [at, part] of Object.entries(member)) {
          if (['message', 'type', 'param', 'code'].includes(at)) add(at, part, `error.${at}`);
          else this.census.skip(`error.${at}`);
        }
      } else if (name === 'error' && typeof member === 'string') {
        add('message', member, 'error');
      } else if (name === 'x_groq' && inGroq) {
        add('message', member.error, 'x_groq.error');
      } else if (Object.hasOwn(names, name)) {
        add(names[name], member, name);
      } else if (!Object.hasOwn(answer, name) && name !== 'status_code' && !hasChoices) {
        this.census.skip(name);
      }
    }
    const said = integer(value.status_code);
    if (status >= 400) line.status = status;
    else if (said >= 400) line.status = said;
    return line;
  }

  // The lines of one event. `data` is its text, for an error that is not JSON.
  event({ type, value, broken }, status = 0) {
    if (broken !== undefined) {
      if (type === 'error') return [{ kind: 'error', message: broken }];
      return [{ kind: 'bad', reason: 'json' }];
    }
    const lines = [];
    const error = this.errorOf(value, type, status);
    const alone = error && !Array.isArray(value.choices);
    if (isObject(value) && !alone && this.isAnswer(value)) lines.push(this.answer(value));
    if (error) lines.push(error);
    return lines;
  }
}
