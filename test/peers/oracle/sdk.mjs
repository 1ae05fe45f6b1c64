// What the openai package makes of a response: its events in order, and how it ended.
//
//   { body: 'sse' | 'json' | 'other', status, type, coding, events: [{ type, value } | { type, broken: text }],
//     end: 'done' | 'end' | 'cut', thrown }
//
// `thrown` is the APIError that a user of the package sees in the default mode, which stops at the first error.
import { createServer } from 'node:net';

let sdk;
export const use = (loaded) => (sdk = loaded);

const bytesOnly = (bytes) => new Response(bytes);
const quiet = { logLevel: 'off', logger: {} }; // else the package logs what it cannot parse

async function drain(stream) {
  const items = [];
  try {
    for await (const item of stream) items.push(item);
    return { items };
  } catch (error) {
    return { items, error };
  }
}

// The decoder proper stops at the first text that is no JSON, since it throws there. The package's own reader of events
// then tells what came behind it, and its texts are parsed in the same way.
async function decodeStream(bytes, cut) {
  const messages = await drain(sdk.sseMessages(bytesOnly(bytes), new AbortController()));
  const { items, error } = await drain(
    sdk.Stream.fromSSEResponse(bytesOnly(bytes), new AbortController(), quiet, true, 'events'),
  );
  const events = [];
  let end = cut ? 'cut' : 'end';
  for (const [i, { event, data }] of messages.items.entries()) {
    const type = event ?? 'message';
    if (data === '[DONE]') {
      end = 'done';
      break;
    }
    if (i < items.length) {
      events.push({ type, value: items[i].data, data });
    } else if (!error) {
      throw new Error('the package lost an event');
    } else {
      try {
        events.push({ type, value: JSON.parse(data), data });
      } catch {
        events.push({ type, broken: data });
      }
    }
  }
  const legacy = await drain(sdk.Stream.fromSSEResponse(bytesOnly(bytes), new AbortController(), quiet));
  const thrown = legacy.error instanceof sdk.APIError ? legacy.error : undefined;
  return { body: 'sse', events, end, thrown };
}

function decodeJson(bytes, status, headers) {
  const text = new TextDecoder().decode(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { body: 'json', events: [{ type: 'message', broken: text }], end: 'end' };
  }
  const thrown = status >= 400 ? sdk.APIError.generate(status, value, text, headers) : undefined;
  return { body: 'json', events: [{ type: 'message', value }], end: 'end', thrown };
}

const firstByte = (bytes) => new TextDecoder().decode(bytes.subarray(0, 64)).trimStart()[0];

// A body without its head. `asked`: whether a stream was asked for, which decides where the head does not.
export async function decodeBody(bytes, asked, { cut = false, status = 0, headers = new Headers() } = {}) {
  const type = headers.get('content-type')?.split(';')[0].trim().toLowerCase();
  const asJson = type ? type === 'application/json' : asked === 'json';
  const asStream = type ? type === 'text/event-stream' : asked === 'sse';
  // An error, or an answer, that comes unframed where a stream was asked for: the package's user has to look at the
  // response himself. The JSON text is what rill is compared with.
  const unframed = asStream && '{['.includes(firstByte(bytes) ?? ' ');
  let decoded = { body: 'other', events: [], end: 'end' };
  if (asJson || unframed) decoded = decodeJson(bytes, status, headers);
  else if (asStream) decoded = await decodeStream(bytes, cut);
  return { ...decoded, end: cut ? 'cut' : decoded.end, status, type, coding: headers.get('content-encoding') };
}

// A raw capture, head and all, is sent from a socket and read by node's own HTTP client. The connection stays open for
// a moment behind the last byte: a client that sees it break throws away what it has not handed out yet.
const LINGER = 150;

export async function decodeCapture(bytes, asked) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(bytes, () => setTimeout(() => socket.end(), LINGER)));
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    const url = `http://127.0.0.1:${server.address().port}/`;
    const response = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined);
    if (!response) return { body: 'other', events: [], end: 'cut', status: 0 };
    const chunks = [];
    let cut = false;
    try {
      for await (const chunk of response.body) chunks.push(chunk);
    } catch {
      cut = true;
    }
    return await decodeBody(Buffer.concat(chunks), asked, { cut, status: response.status, headers: response.headers });
  } finally {
    server.close();
  }
}
