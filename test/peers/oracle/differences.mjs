// Where rill differs from the openai package on purpose. Each entry says in which files, and why, and makes rill's answer
// out of the package's: `events(decoded)` changes what was read, `lines(lines, decoded)` what must be printed. An entry
// that changes nothing any more fails the test.

const changeEvents = (change) => (decoded) => ({ ...decoded, events: decoded.events.flatMap(change) });

// A high half at the end of a text waits for the text that comes next in the same place.
function joinHalves(lines) {
  const waiting = new Map();
  return lines.map((line) => ({
    ...line,
    ...(line.choices && {
      choices: line.choices.map((choice) => {
        const content = choice.delta?.content;
        if (!content) return choice;
        const text = (waiting.get(choice.index) ?? '') + content;
        const half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
        waiting.set(choice.index, half);
        return { ...choice, delta: { ...choice.delta, content: half ? text.slice(0, -1) : text } };
      }),
    }),
  }));
}

const bad = (reason) => () => [
  { kind: 'bad', reason },
  { kind: 'end', reason: 'truncated' },
];

export const differences = [
  {
    name: '[DONE] with blanks around it ends the stream',
    why: 'the package takes it for broken JSON; OpenRouter and gateways send it',
    files: /^quirks\/(done-padded|two-spaces)|^streams\/openrouter\/chat-stream-prism-stream-text-with-tools/,
    events(decoded) {
      const at = decoded.events.findIndex(({ broken }) => broken?.trim() === '[DONE]');
      return at < 0 ? decoded : { ...decoded, events: decoded.events.slice(0, at), end: 'done' };
    },
  },
  {
    name: 'data that begins with a colon is a comment that was framed twice',
    why: 'the package throws; rill passes over the event and does not fail the stream',
    files: /^quirks\/comment-as-data|^sister\/other-sse\/replicate/,
    events: changeEvents((event) => (event.broken?.startsWith(':') ? [] : [event])),
  },
  {
    name: 'empty data is passed over',
    why: 'the package takes it for broken JSON; rill passes over it',
    files: /^sister\/other-sse\/replicate/,
    events: changeEvents((event) => (event.broken === '' ? [] : [event])),
  },
  {
    name: 'a field `error:` is an error',
    why: 'the package ignores unknown fields and ends in silence; old llama.cpp servers tell their errors so',
    files: /^streams\/gpustack\/chat-stream-ruby-llm-thinking_gpustack/,
    lines: (lines) => {
      const message = 'failed to decode, try again, increasing context size or reducing parallel';
      return [...lines.slice(0, -1), { kind: 'error', message }, lines.at(-1)];
    },
  },
  {
    name: 'an array around an error',
    why: "the package finds no error in it; Gemini's endpoint sends one",
    files: /^shapes\/gemini-compat-error-array/,
    events: changeEvents((event) => [event.value].flat().map((value) => ({ ...event, value }))),
  },
  {
    name: 'the halves of a surrogate pair in two deltas are joined',
    why: 'the package hands out two lone halves, and leaves the joining to its user; a C string in UTF-8 cannot hold them',
    files: /^quirks\/unicode|surrogate/,
    lines: joinHalves,
  },
  {
    name: 'a coded body is bad',
    why: "node's client undoes gzip; rill asks for identity and says so when it gets something else",
    files: /^wire\/.*-gzip/,
    lines: (lines, { coding }) => (coding && coding !== 'identity' ? bad('encoding')() : lines),
  },
  {
    name: 'another format is bad',
    why: 'a line of NDJSON is no event and no JSON body',
    files: /^wire\/.*\/ollama-|\.ndjson$/,
    lines: bad('format'),
  },
  {
    name: 'the first message of an error counts',
    why: 'fastify tells the message in `message` and the words of the status in `error`: one pass keeps what comes first',
    files: /^wire\/llmock-/,
    thrown: (told) => (told.message === 'Not Found' ? {} : told),
  },
  {
    name: 'the first type of an error counts',
    why: 'Anthropic and OpenAI Responses say `"type":"error"` in front of the error that has a type of its own: the same',
    files: /^wire\/aimock-.*\/anthropic-error|^sister\/openai-responses\/.*rate-limited/,
    thrown: (told) => (told.type === undefined ? told : { ...told, type: 'error' }),
  },
];
