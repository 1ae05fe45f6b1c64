// Streams over the emulated UARTs: every kind of UART at full speed, and on the Cortex-M3 a paced 115200 baud, noise,
// overrun, and a host that stops. The host is this program.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root as corpus } from '../peers/oracle/corpus.mjs';
import { converse, expectation, fnv, hear, send, sendPaced } from './line.mjs';
import { check, finish, valueOf } from './qemu.mjs';

const DONE = 1; // RILL_END_DONE
const TRUNCATED = 3;
const STALLED = 7; // RILL_PORT_STALLED, without its sign
const DEADLINE = 8;
const OVERRUN = 13;
const NOISE = 14;
const RING = 128;
const stride = Number(process.env.RILL_STRIDE ?? 1);

// ---- what is sent

const demo = ['test/demo/answer.sse', 'test/demo/tools.sse'];
const recorded = [
  'openai/chat-stream-envoy-ai-gateway-chat-streaming-3b0d97.sse',
  'deepseek/chat-stream-chatlas-deepseek_tool_variations_async-2ab2a5.sse',
].map((name) => join(corpus, 'streams', name));
const answer = readFileSync(demo[0]);

const chunked = (body, size) => {
  const pieces = ['HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    pieces.push(`${piece.length.toString(16)}\r\n`, piece, '\r\n');
  }
  pieces.push('0\r\n\r\n');
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
};

// Gaps, as framing.h treats them: what is in front, something bad, and what is behind the next blank line.
function withGaps(bytes, gaps) {
  const pieces = [];
  let from = 0;
  for (const [at, length] of gaps) {
    if (at >= from) pieces.push(bytes.subarray(from, at), Buffer.from('\ndata: a gap\n\n'));
    const blank = bytes.indexOf('\n\n', at + length);
    from = Math.max(from, blank < 0 ? bytes.length : blank + 2);
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}

// ---- judging

function judge(name, result, expected, { gaps = false } = {}) {
  const value = (of) => valueOf(result, of);
  const ends = expected.status ? TRUNCATED : DONE;
  const says = [
    [value('text'), fnv(Buffer.from(expected.text, 'latin1')), 'text'],
    [value('bad'), expected.bad, 'bad events'],
    [value('end'), ends, 'end'],
    [value('status'), expected.status ?? 0, 'status'],
    [result.code, 0, 'exit status'],
    gaps ? [value('taken') + value('lost') + value('damaged') >= value('arrived') - RING, true, 'account'] : [value('lost'), 0, 'lost'],
  ];
  const wrong = says.filter(([is, should]) => is !== should);
  check(name, wrong.length === 0, `${wrong.map(([is, should, what]) => `${what}: ${is}, not ${should}`)}\n${result.out}`);
}

const say = (name, result, more = '') =>
  console.log(
    `${name}: ${valueOf(result, 'arrived')} bytes, ${valueOf(result, 'items')} items, ${valueOf(result, 'bad')} bad, ` +
      `${valueOf(result, 'lost')} lost, ${valueOf(result, 'damaged')} damaged, ring ${valueOf(result, 'peak')}/${RING}` +
      `${more && `, ${more}`}`,
  );

// ---- every UART, bare and in HTTP, at full speed: of these one of RILL_STRIDE, each UART others

const files = [...demo, ...recorded.filter((name) => existsSync(name))];
if (files.length < demo.length + recorded.length) console.log(`skipped: recorded streams: not in ${corpus}`);

const kinds = { an385: 'CMSDK, M3', an505: 'CMSDK, M33', lm3s: 'PL011, M3', microbit: 'nRF51, M0', virt: '16550, RV32' };
const ways = files.flatMap((file) => ['sse', 'http'].map((how) => ({ file, how })));
for (const [at, [board, kind]] of Object.entries(kinds).entries()) {
  const chosen = ways.filter((_, way) => way % stride === at % stride);
  let bytes = 0;
  for (const { file, how } of chosen) {
    const body = readFileSync(file);
    const sent = how === 'sse' ? body : chunked(body, 61);
    const result = await converse(board, 'uart', [how, 'rts'], async (peer) => {
      if (await hear(peer, 'r')) await send(peer, sent);
    });
    judge(`${board}: ${how} ${basename(file)}`, result, expectation(body));
    bytes += sent.length;
  }
  console.log(`${board} (${kind}): ${bytes} bytes in ${chosen.length} of ${ways.length} streams`);
}

// ---- 115200 baud

const m3 = ['an385', 'lm3s'];
for (const board of m3) {
  let rate;
  const result = await converse(board, 'uart', ['sse'], async (peer) => {
    if (await hear(peer, 'r')) await sendPaced(peer, answer);
    rate = peer.rate;
  });
  judge(`${board}: paced`, result, expectation(answer));
  check(`${board}: the pace`, rate <= 11520, `${rate} bytes a second`);
  say(`${board}, at most 115200 baud`, result, `${rate} bytes a second`);
}

// ---- RTS: a program that reads when the host had to stop

for (const board of Object.keys(kinds)) {
  const result = await converse(board, 'uart', ['sse', 'rts', 'late'], async (peer) => {
    if (await hear(peer, 'r')) await send(peer, answer);
  });
  judge(`${board}: RTS`, result, expectation(answer));
  check(`${board}: RTS was needed`, valueOf(result, 'peak') >= 96, result.out);
  say(`${board}, full speed, RTS, a program that reads late`, result);
}

// ---- overrun: the program does not read, and there is no RTS

const burst = 3000;
for (const board of m3) {
  for (const framed of [true, false]) {
    const result = await converse(board, 'uart', ['sse', 'pause', ...(framed ? ['framed'] : [])], async (peer) => {
      if (!(await hear(peer, 'r'))) return;
      await send(peer, answer.subarray(0, burst));
      if ((await hear(peer, 'g')) && framed) await sendPaced(peer, answer.subarray(burst));
    });
    const gap = valueOf(result, 'first gap');
    const name = `${board}, overrun, ${framed ? 'framed' : 'bare'}`;
    if (framed) judge(name, result, expectation(withGaps(answer, [[gap, burst - gap]])), { gaps: true });
    else judge(name, result, { ...expectation(answer.subarray(0, gap)), status: OVERRUN }, { gaps: true });
    check(`${name}: every lost byte is counted`, valueOf(result, 'lost') === burst - gap && gap > 0 && gap < burst, result.out);
    say(name, result);
  }
}

// ---- noise that the UART tells of: breaks, sent as telnet's

const BREAK = Buffer.from([0xff, 0xf3]);
const places = [700, 2500, 2510, 9000, 15000, 20000];
for (const board of ['lm3s', 'virt']) {
  const pieces = [0, ...places].map((at, i) => answer.subarray(at, places[i] ?? answer.length));
  const sent = Buffer.concat(pieces.flatMap((piece) => [piece, BREAK]).slice(0, -1));
  for (const framed of [true, false]) {
    const talk = async (peer) => {
      if (await hear(peer, 'r')) await sendPaced(peer, sent);
    };
    const result = await converse(board, 'uart', ['sse', 'rts', ...(framed ? ['framed'] : [])], talk, { telnet: true });
    const name = `${board}, breaks, ${framed ? 'framed' : 'bare'}`;
    const expected = framed
      ? expectation(withGaps(answer, places.map((at) => [at, 0])))
      : { ...expectation(answer.subarray(0, places[0])), status: NOISE };
    judge(name, result, expected, { gaps: !framed }); // bare, the rest finds nobody who reads
    check(`${name}: counted`, !framed || valueOf(result, 'damaged') === places.length, result.out);
    say(name, result);
  }
}

// ---- noise that no UART can tell of: bits that flip, bytes that go missing

function corrupt(bytes, seed, every, drop) {
  let state = seed;
  const random = (below) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * below;
  const out = [];
  for (const byte of bytes.subarray(0, -'data: [DONE]\n\n'.length)) {
    if (random(every) >= 1) out.push(byte);
    else if (!drop) out.push(byte ^ (1 << Math.floor(random(8))));
  }
  return Buffer.concat([Buffer.from(out), Buffer.from('\n\ndata: [DONE]\n\n')]);
}

for (const drop of [false, true]) {
  let bad = 0;
  let bytes = 0;
  const seeds = [1, 2, 3];
  for (const seed of seeds) {
    const sent = corrupt(answer, seed, 300, drop);
    const result = await converse('an385', 'uart', ['sse', 'rts', 'roomy'], async (peer) => {
      if (await hear(peer, 'r')) await sendPaced(peer, sent);
    });
    judge(`an385: ${drop ? 'dropped' : 'flipped'}, seed ${seed}`, result, expectation(sent));
    bad += valueOf(result, 'bad');
    bytes += sent.length;
  }
  console.log(`an385, one byte in 300 ${drop ? 'is missing' : 'has a flipped bit'}: ${bad} bad events in ${bytes} bytes, each where JavaScript finds one`);
}

// ---- a host that stops sending

{
  const half = answer.subarray(0, 9000);
  const stopped = await converse('an385', 'uart', ['sse', 'rts', 'stall=400'], async (peer) => {
    if (await hear(peer, 'r')) await send(peer, half);
  });
  judge('an385: the host stops sending', stopped, { ...expectation(half), status: STALLED });
  const silent = valueOf(stopped, 'silent');
  check('an385: the stall limit', silent >= 400 && silent < 420, stopped.out);
  say('an385, the host stops sending, stall limit 400 ms', stopped, `ended ${silent} ms behind the last byte`);
  const paused = await converse('an385', 'uart', ['sse', 'rts', 'stall=2000'], async (peer) => {
    if (!(await hear(peer, 'r'))) return;
    await send(peer, half);
    await sleep(500);
    await send(peer, answer.subarray(half.length));
  });
  judge('an385: the host pauses', paused, expectation(answer));
  const late = await converse('an385', 'uart', ['sse', 'rts', 'total=700'], async (peer) => {
    if (await hear(peer, 'r')) await sendPaced(peer, answer);
  });
  const ms = valueOf(late, 'ms');
  check('an385: the deadline', valueOf(late, 'status') === DEADLINE && ms >= 700 && ms < 720, late.out);
  console.log(`an385, a deadline of 700 ms amid a paced stream: ${ms} ms`);
}

// ---- a host that stops reading

for (const board of ['an385', 'an505', 'microbit']) {
  const result = await converse(board, 'uart', ['write', 'limit=300'], async () => {}, { deaf: true });
  const waited = valueOf(result, 'waited');
  check(`${board}: writing ends in time`, valueOf(result, 'status') === 0 && waited >= 300 && waited < 320, result.out);
  console.log(`${board}, the host stops reading: ${valueOf(result, 'written')} bytes were taken, then none for ${waited} ms`);
}

finish();
