// Whether instructions per byte stay flat: over the length of a stream, of an event, over the number of events, the depth and
// the width of the JSON, the number of streams at once. Counted on the host; made inputs.
//
//     node test/bench/linear.mjs [--quick]
//
// --quick leaves out what takes long: inputs above 1 MB, and the clock. Within 5 % of each other is flat. Where each larger
// one is cheaper, since what an event or a stream costs once is spread, it falls, which is good too. To rise is a failure.
import { mkdirSync, writeFileSync } from 'node:fs';
import { each, instructions, linesOf, run, times } from './count_host.mjs';
import { write } from './corpus.mjs';

const quick = process.argv[2] === '--quick';
const folder = 'build/bench/linear';
mkdirSync(folder, { recursive: true });
const FLAT = 1.05;
const KB = 1000;
const MB = 1000 * KB;

const event = (json) => `data: ${json}\n\n`;
const around = (delta, more = '') =>
  event(`{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m",${more}` +
    `"choices":[{"index":0,"delta":${delta},"finish_reason":null}],"usage":null}`);
const DELTA = around('{"content":" word"}');
const repeated = (text, bytes) => text.repeat(Math.max(1, Math.round(bytes / text.length)));
const list = (count, of) => Array.from({ length: count }, (_, i) => of(i)).join(',');

// [name, sizes, the body of a size]. A size is a number of what the name says.
const families = [
  ['bytes of a stream of small events', [KB, 10 * KB, 100 * KB, MB, 10 * MB], (bytes) => repeated(DELTA, bytes)],
  ['bytes of one event, its content', [10 * KB, 100 * KB, MB], (bytes) => around(`{"content":"${'word '.repeat(bytes / 5)}"}`)],
  ['bytes of one event, a text passed over', [10 * KB, 100 * KB, MB],
    (bytes) => around('{"content":""}', `"x":"${'word '.repeat(bytes / 5)}",`)],
  ['bytes of a stream, a megabyte in events of so many', [KB, 10 * KB, 100 * KB, MB],
    (bytes) => repeated(around(`{"content":"${'word '.repeat((bytes - 150) / 5)}"}`), MB)],
  ['events of 20 bytes', [KB, 10 * KB, 100 * KB, MB], (count) => event('{"id":"abc"}').repeat(count)],
  ['depth of arrays passed over', [8, 16, 32, 60],
    (depth) => around('{}', `"x":[${list(Math.round(50 * KB / depth), () => '['.repeat(depth) + ']'.repeat(depth))}],`)],
  ['depth of objects passed over', [8, 16, 32, 60],
    (depth) => around('{}', `"x":[${list(Math.round(20 * KB / depth), () => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth))}],`)],
  ['numbers of an array passed over', [KB, 10 * KB, 100 * KB], (count) => around('{}', `"x":[${list(count, () => '1234.5')}],`)],
  ['members of an object passed over', [KB, 10 * KB, 100 * KB],
    (count) => around('{}', `"x":{${list(count, (i) => `"m${String(i).padStart(6, '0')}":1`)}},`)],
  ['members of the event passed over', [KB, 10 * KB, 100 * KB],
    (count) => around('{}', `${list(count, (i) => `"m${String(i).padStart(6, '0')}":1`)},`)],
  // not fewer: what stands around them costs a fifteenth for each byte, and is 4 % of the bytes of a hundred calls
  ['tool calls of an event, kept', [KB, 3 * KB, 10 * KB],
    (count) => around(`{"tool_calls":[${list(count, (i) => `{"index":${i % 10},"function":{"arguments":"{}"}}`)}]}`)],
  ['choices of an event, kept', [100, KB, 10 * KB],
    (count) => event(`{"id":"c","choices":[${list(count, (i) => `{"index":${i % 10},"delta":{"content":"word"}}`)}]}`)],
];

// What a hostile server may send on and on: [name, beginning, unit that is repeated, end]; the sizes are bytes.
// test/unit/limits_test.c has more of it, and what comes of each.
const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const hostile = [
  ['field lines', OK, 'X-Y: z\r\n', '\r\n'],
  ["a field's name", OK, 'x', ': y\r\n\r\n'],
  ["a field's value", `${OK}X: `, 'yz ', '\r\n\r\n'],
  ['a value that is folded', `${OK}X: a`, '\r\n b', '\r\n\r\n'],
  ['interim responses', '', 'HTTP/1.1 100 Continue\r\n\r\n', `${OK}\r\n`],
  ["zeros in front of a chunk's size", CHUNKED, '0', '\r\n\r\n'],
  ["a chunk's extension", `${CHUNKED}1;`, 'x=y;', 'x\r\n\n\r\n0\r\n\r\n'],
  ['chunks of a byte', CHUNKED, '1\r\n\n\r\n', '0\r\n\r\n'],
  ['trailers', `${CHUNKED}0\r\n`, 'X-Y: z\r\n', '\r\n'],
  ['comments', '', ':\n', ''],
  ['CR alone', ':\n', '\r', ''],
  ['LF alone', ':\n', '\n', ''],
  ['ids', '', 'id: 1\n', ''],
  ['an id', 'id: ', '1', '\n'],
  ['a type', 'event: ', 'e', '\n'],
  ['empty data lines', '', 'data\n', '\n'],
  ['data lines of an event', 'data: {"x":[1\n', 'data: ,2\n', 'data: ]}\n\n'],
  ['error lines', '', 'error: {"message":"x"}\n\n', ''],
  ['events without data', '', 'data:\n\n', ''],
  ['broken events', '', 'data:}\n\n', ''],
  ['escapes passed over', 'data: {"x":"', '\\u00e9\\n', '"}\n\n'],
  ['escapes kept', 'data: {"choices":[{"delta":{"content":"', '\\u00e9\\n', '"}}]}\n\n'],
  ['half pairs kept', 'data: {"choices":[{"delta":{"content":"', '\\ud83d', '"}}]}\n\n'],
  ['bytes that are no UTF-8, kept', 'data: {"choices":[{"delta":{"content":"', '\xff', '"}}]}\n\n'],
  ['a key', 'data: {"choices', 'x', '":1}\n\n'],
  ['escapes in a key', 'data: {"choices', '\\u0041', '":1}\n\n'],
  ['the same member again', 'data: {"id":"a"', ',"id":"a"', '}\n\n'],
  ['whitespace', 'data: {"choices":', ' \t', '[]}\n\n'],
  ['nesting', 'data: {"x":', '[', '\n\n'],
  ['digits kept', 'data: {"created":1', '2', '}\n\n'],
  ['zeros behind a point', 'data: {"created":0.', '0', '}\n\n'],
  ['digits of an exponent', 'data: {"created":1e', '9', '}\n\n'],
  ['a word that is longer than any', 'data: {"choices":[{"finish_reason":"', 'stop', '"}]}\n\n'],
  ['choices that are numbers', 'data: {"choices":[0', ',1', ']}\n\n'],
  ['choices that are empty', 'data: {"choices":[{}', ',{}', ']}\n\n'],
];
const hostileSizes = quick ? [10 * KB, 100 * KB] : [10 * KB, 100 * KB, MB];
const hostileFamilies = hostile.map(([name, begin, unit, end]) => [
  `hostile: ${name}`,
  hostileSizes,
  (bytes) => Buffer.from(begin + repeated(unit, bytes) + end, 'latin1'),
]);

const show = (number) => (number >= MB ? `${number / MB}M` : number >= KB ? `${number / KB}k` : String(number));

function verdictOf(all) {
  if (Math.max(...all) <= FLAT * Math.min(...all)) return 'flat';
  return all.every((per, i) => all.slice(0, i).every((smaller) => per <= FLAT * smaller)) ? 'falls' : 'RISES';
}

let [passed, failed] = [0, 0];

function tell(name, points) {
  const verdict = verdictOf(points.map(({ per }) => per));
  if (verdict === 'RISES') failed++;
  else passed++;
  const told = points.map(({ size, per }) => `${show(size)} ${per.toFixed(2)}`).join(', ');
  console.log(`${verdict.padEnd(5)} ${name}: ${told}`);
}

// Of each family its name and points. All in one run of the program, since half a second of each is valgrind's start.
async function measured(list, contestant) {
  const made = list.map(([name, sizes, make]) => {
    const all = sizes.map((size) => ({ size, bytes: Buffer.from(make(size)) }));
    return { name, inputs: all.filter(({ bytes }) => !quick || bytes.length <= 1.1 * MB) };
  });
  const bodies = made.flatMap(({ inputs }) => inputs.map(({ bytes }) => bytes));
  const file = write(`${folder}/${contestant}.bodies`, bodies);
  const counts = (await instructions(`build/bench/host/${contestant}`, file)).values();
  return made.map(({ name, inputs }) => ({
    name,
    points: inputs.map(({ size, bytes }) => ({ size, per: counts.next().value / bytes.length })),
  }));
}

async function manyStreams() {
  const body = Buffer.from(DELTA.repeat(5));
  writeFileSync(`${folder}/many.sse`, body);
  const streams = quick ? [1, 100, KB] : [1, 100, 10 * KB];
  const runs = await each(streams, async (size) => {
    const [line] = linesOf(await run('build/bench/many', [String(size), `${folder}/many.sse`]));
    const [bytes, nanoseconds, same] = line.split(' ').map(Number);
    const [counted] = await instructions('build/bench/many', String(size), `${folder}/many.sse`);
    return { size, per: counted / (size * body.length), bytes, time: nanoseconds / (size * body.length), same };
  });
  tell('streams at once', runs);
  const right = runs.every(({ size, same, bytes }) => same === size && bytes === runs[0].bytes);
  if (right) passed++;
  else failed++;
  const verdict = right ? 'the same' : 'NOT THE SAME';
  console.log(`${verdict}: memory of each stream, ${runs[0].bytes} bytes with buffer and struct; what each gave`);
  const clock = runs.map(({ size, time }) => `${show(size)} streams ${time.toFixed(1)} ns/byte`);
  if (!quick) console.log(`by the clock: ${clock.join(', ')}`);
}

// Events of which none is like the one before: what it costs to remember them in vain, at most a tenth.
const differing = [
  ['an added member each', (i) => around('{"content":" word"}', `"${'abcdefg'.slice(0, 1 + (i % 7))}":1,`)],
  ['content, then a role, then a finish', (i) => around(['{"content":" word"}', '{"role":"assistant"}', '{}'][i % 3])],
  ['the last member differs', (i) => around('{"content":" word"}').replace('}\n\n', `,"x":${['1', 'null', '"a"', '[]'][i % 4]}}\n\n`)],
  ['a null that becomes a text', (i) => around(`{"content":${i % 2 ? 'null' : '" word"'}}`)],
  ['broken at its end', (i) => event(`${around('{"content":" word"}').slice(6, -3)}${i % 2 ? '' : ',"y":}'}`)],
  ['tiny', (i) => event(['{"id":"abc"}', '{"model":"abc"}', '{"created":12}'][i % 3])],
];

async function inVain() {
  const bodies = differing.map(([, make]) => Buffer.from(Array.from({ length: 3000 }, (_, i) => make(i)).join('')));
  const file = write(`${folder}/in_vain.bodies`, bodies);
  const [off, on] = await each(['rill', 'rill-reuse'], (name) => instructions(`build/bench/host/${name}`, file));
  for (const [i, [name]] of differing.entries()) {
    const ratio = on[i] / off[i];
    const verdict = ratio <= 1.1 ? 'ok' : 'DEAR';
    if (ratio <= 1.1) passed++;
    else failed++;
    console.log(`${verdict.padEnd(5)} events that all differ, ${name}: with reuse ${ratio.toFixed(3)} times as many instructions`);
  }
}

// The longest stream by the clock: callgrind would take too long.
async function byClock() {
  const sizes = [MB, 10 * MB, 100 * MB];
  const file = write(`${folder}/clock.bodies`, sizes.map((bytes) => Buffer.from(repeated(DELTA, bytes))));
  const found = await times('build/bench/host/rill', file, 1);
  const told = sizes.map((bytes, i) => `${show(bytes)} bytes ${(found[i] / bytes).toFixed(2)} ns/byte`);
  console.log(`by the clock: ${told.join(', ')}`);
}

const contestants = ['rill', 'rill-reuse'];
const found = await each(contestants, (contestant) => measured([...families, ...hostileFamilies], contestant));
for (const [i, contestant] of contestants.entries()) {
  console.log(contestant === 'rill' ? 'without reuse:' : 'with reuse:');
  for (const { name, points } of found[i]) tell(name, points);
}
await inVain();
await manyStreams();
if (!quick) await byClock();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
