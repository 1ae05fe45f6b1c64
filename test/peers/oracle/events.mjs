// Makes up answers: valid events of every shape that servers send, their members in any order. The same number gives
// the same events on every machine.

// mulberry32: a small generator of numbers, good enough to shuffle with.
function numbers(seed) {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const CHARACTERS = ['a', 'b', ' ', '"', '\\', '/', '\n', '\u0001', '\u007f', 'é', '€', '😀', '\u2028'];
const LENGTHS = [0, 1, 3, 10, 60, 300];
const STREAMED = ['delta', 'delta', 'delta', 'message', 'text'];

export class Maker {
  constructor(seed) {
    this.below = numbers(seed);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  list(most, make) {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  // `members` are [name, chance, make]: one in `chance` objects has the member.
  object(members) {
    const drawn = members.filter(([, chance]) => this.below(chance) === 0).map(([name, , make]) => [name, make()]);
    const ordered = drawn.map((entry) => [this.below(1000), entry]).sort(([a], [b]) => a - b);
    return Object.fromEntries(ordered.map(([, entry]) => entry));
  }

  text() {
    return Array.from({ length: this.pick(LENGTHS) }, () => this.pick(CHARACTERS)).join('');
  }

  number() {
    return this.pick([0, 1, -1, 12.5, 1e3, -0.000488757854, 4.7e-7, -9999, 1700000000, 1700000000123, '12', null]);
  }

  anything() {
    return [this.text(), { k: this.text(), l: [[], {}, null, true, -1.5e-3] }];
  }

  usage() {
    const count = () => this.below(100);
    return this.object([
      ['prompt_tokens', 1, count],
      ['completion_tokens', 1, count],
      ['total_tokens', 1, () => this.number()],
      ['prompt_tokens_details', 2, () => this.pick([null, {}, { cached_tokens: 3, audio_tokens: null }])],
      ['completion_tokens_details', 2, () => ({ reasoning_tokens: 5, text_tokens: 1 })],
      ['prompt_cache_hit_tokens', 4, count],
      ['cost', 2, () => this.pick([0.00014, null])],
      ['unknown', 4, () => this.anything()],
    ]);
  }

  bytes() {
    return this.pick([null, [], [104, 105], Array.from({ length: 40 }, (_, i) => i)]);
  }

  topLogprob() {
    return this.object([
      ['token', 1, () => this.text()],
      ['logprob', 1, () => this.number()],
      ['bytes', 2, () => this.bytes()],
    ]);
  }

  logprob() {
    return this.object([
      ['token', 1, () => this.text()],
      ['logprob', 1, () => this.number()],
      ['bytes', 2, () => this.bytes()],
      ['top_logprobs', 1, () => this.list(4, () => this.topLogprob())],
    ]);
  }

  chatLogprobs() {
    const entries = () => this.pick([null, this.list(4, () => this.logprob())]);
    return this.object([
      ['content', 1, entries],
      ['refusal', 2, entries],
    ]);
  }

  legacyLogprobs() {
    const tokens = this.list(6, () => this.text());
    return this.object([
      ['tokens', 1, () => tokens],
      ['token_logprobs', 1, () => tokens.map((_, i) => (i === 0 ? null : -1.5 * i))],
      ['text_offset', 1, () => tokens.map((_, i) => i)],
      ['top_logprobs', 1, () => tokens.map((token, i) => (i === 0 ? null : { [token]: -1, b: -2.5 }))],
    ]);
  }

  called() {
    return this.object([
      ['name', 1, () => this.text()],
      ['arguments', 1, () => this.pick([this.text(), null, { a: [1, { b: this.text() }] }])],
    ]);
  }

  toolCall() {
    const custom = this.below(4) === 0;
    return this.object([
      ['index', 2, () => this.below(5)],
      ['id', 2, () => this.pick([this.text(), null])],
      ['type', 2, () => this.pick(['function', null, 'other'])],
      custom ? ['custom', 1, () => ({ name: 'n', input: this.text() })] : ['function', 1, () => this.called()],
      ['extra_content', 6, () => ({ google: { thought_signature: this.text() } })],
    ]);
  }

  parts() {
    return this.list(4, () =>
      this.pick([
        { type: 'text', text: this.text() },
        { type: 'thinking', thinking: this.list(2, () => ({ type: 'text', text: this.text() })) },
        { type: 'image_url', image_url: { url: this.text() } },
      ]),
    );
  }

  message() {
    return this.object([
      ['role', 2, () => this.pick(['assistant', '', null, 'unknown'])],
      ['content', 2, () => this.pick([this.text(), this.text(), null, this.parts()])],
      ['reasoning', 4, () => this.pick([this.text(), null])],
      ['reasoning_content', 4, () => this.pick([this.text(), null])],
      ['refusal', 3, () => this.pick([this.text(), null])],
      ['tool_calls', 3, () => this.pick([null, this.list(4, () => this.toolCall())])],
      ['function_call', 5, () => this.called()],
      ['audio', 5, () => ({ id: 'a', data: this.text(), transcript: this.text(), expires_at: 5 })],
      ['unknown', 3, () => this.anything()],
    ]);
  }

  choice(shape) {
    return this.object([
      ['index', 2, () => this.below(4)],
      [shape, 1, () => (shape === 'text' ? this.text() : this.message())],
      ['finish_reason', 2, () => this.pick([null, 'stop', '', 'length', 'unknown'])],
      ['logprobs', 2, () => this.pick([null, -0.5, this.chatLogprobs(), this.legacyLogprobs()])],
      ['stop_reason', 3, () => this.pick([null, 5, 'x', { Int: 3 }, { String: 's' }])],
      ['matched_stop', 6, () => this.pick([null, 5])],
      ['native_finish_reason', 6, () => this.text()],
      ['usage', 8, () => this.usage()],
      ['unknown', 6, () => this.anything()],
    ]);
  }

  error() {
    const members = [
      ['message', 1, () => this.text()],
      ['type', 2, () => this.text()],
      ['code', 2, () => this.pick([1, 'c', null])],
      ['param', 3, () => this.pick([null, 'p'])],
    ];
    return this.pick([null, this.text(), this.object(members)]);
  }

  // Known limits of a small memory, which must hand out parts before it has seen what comes behind.
  //
  // Where an error with a long message stands in front of `choices`, it cannot know that there will be a chunk, and
  // loses the `id` and what else of that chunk came by. So an error comes behind all other members, or first, and then
  // `choices`.
  withError({ object, ...event }) {
    const error = this.error();
    return this.below(2) === 0 ? { error, choices: event.choices, ...event } : { ...event, error };
  }

  // Where an `object` says another service, in front of `choices`, what comes by between them is passed over: it comes
  // last. Where only an `object` behind the choices tells the kind, the parts before it may call a message a delta: it
  // comes first, and beside an error, which has that place, not at all.
  withObject({ object, ...event }) {
    if (this.below(6) === 0) return { ...event, object: 'unknown' };
    return object === undefined ? event : { object, ...event };
  }

  event(shape) {
    const objects = ['chat.completion.chunk', 'chat.completion', 'text_completion', '', null];
    const event = this.object([
      ['id', 2, () => this.pick(['x', '', this.text(), null])],
      ['object', 2, () => this.pick(objects)],
      ['created', 2, () => this.number()],
      ['model', 2, () => this.text()],
      ['service_tier', 2, () => this.pick([null, 'default'])],
      ['system_fingerprint', 4, () => this.text()],
      ['choices', 1, () => this.list(3, () => this.choice(shape))],
      ['usage', 3, () => this.pick([null, this.usage()])],
      ['x_groq', 8, () => ({ id: 'r', usage: this.usage() })],
      ['unknown', 3, () => this.anything()],
    ]);
    return this.below(10) === 0 ? this.withError(event) : this.withObject(event);
  }

  // ---- how the events are written down

  // JSON, written in one of the ways that servers have: dense, with every other character escaped, or on many lines.
  json(value) {
    const dense = JSON.stringify(value, null, this.pick([0, 0, 0, 1]));
    if (this.below(2) === 0) return dense;
    return dense.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }

  stream(events) {
    const end = this.pick(['\n', '\n', '\r\n', '\r']);
    const blank = this.pick(['', ' ']);
    const frame = (data) => data.split('\n').map((line) => `data:${blank}${line}${end}`).join('') + end;
    return [...events.map((event) => frame(this.json(event))), frame('[DONE]')].join('');
  }

  chunked(body) {
    const chunks = [];
    for (let at = 0, size; at < body.length; at += size) {
      size = 1 + this.below(400);
      const chunk = body.subarray(at, at + size);
      const head = `${chunk.length.toString(16)}${this.pick(['', ';a=b'])}\r\n`;
      chunks.push(Buffer.from(head), chunk, Buffer.from('\r\n'));
    }
    return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
  }

  // A whole input of `rill decode`: a stream, bare or in an HTTP response, or one JSON body. A body with deltas is left
  // out: no server sends one, and an `object` behind them that says otherwise makes it another kind midway.
  input() {
    if (this.below(5) === 0) return Buffer.from(this.json(this.event(this.pick(['message', 'text']))));
    const events = Array.from({ length: 1 + this.below(3) }, () => this.event(this.pick(STREAMED)));
    const stream = Buffer.from(this.stream(events));
    if (this.below(3) > 0) return stream;
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
    return Buffer.concat([Buffer.from(head), this.chunked(stream)]);
  }
}
