// Shows that make prove can fail: in a copy of the sources a bound is moved by one, and the analysis must say so.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const COPY = 'build/proof/planted';
const PLANTS = [
  { name: 'eva:collect', file: 'src/collect.c', from: 'collector->size - 1 - collector->length', to: 'collector->size - collector->length' },
  { name: 'eva:sse', file: 'src/sse.c', from: 'size_t room = size - *kept_length;', to: 'size_t room = size - *kept_length + 1;' },
  { name: 'eva:http', file: 'src/http_effects.c', from: 'request_id_length < RILL_HTTP_REQUEST_ID_SIZE', to: 'request_id_length <= RILL_HTTP_REQUEST_ID_SIZE' },
  { name: 'eva:sieve', file: 'src/sieve_kept.c', from: 'sieve->buffer[sieve->kept - 1]', to: 'sieve->buffer[sieve->kept - 2]' },
  { name: 'eva:fill', file: 'src/fill.c', from: "rows[first_byte(at, token) - '0']", to: "rows[first_byte(at, token) - '0' + 1]" },
  { name: 'wp:sieve:rill_string_run', file: 'src/sieve_string.c', from: 'if (room < (size_t)(end - at))', to: 'if (room + CLOSERS + CHARACTER < (size_t)(end - at))' },
  { name: 'wp:sse', file: 'src/sse.c', from: 'memcpy(kept + *kept_length, data, fits);', to: 'memcpy(kept + *kept_length, data, fits + 1);' },
  { name: 'wp:http', file: 'src/http_effects.c', from: 'http->request_id_length < RILL_HTTP_REQUEST_ID_SIZE', to: 'http->request_id_length <= RILL_HTTP_REQUEST_ID_SIZE' },
  { name: 'every:tables', file: 'src/http_effects.c', from: "!= byte) {", to: "!= byte && byte != '-') {" },
  { name: 'every:steps', file: 'src/sieve.c', from: 'sieve->path == RILL_PATH_MAX &&', to: 'sieve->path > RILL_PATH_MAX &&' },
  { name: 'every:steps', file: 'src/sieve_kept.c', from: 'else if (row->kind == RILL_ARRAY)', to: 'else if (row->kind == RILL_OBJECT)' },
  { name: 'every:steps', file: 'src/sieve_inside.h', from: '>= length + CLOSERS;', to: '>= length;' },
  { name: 'every:steps', file: 'src/sieve_number.c', from: 'if (level < sieve->stored)', to: 'if (level <= sieve->stored)' },
  { name: 'every:steps', file: 'src/sieve_part.c', from: '.progress = position |', to: '.progress = (position - 1) |' },
];

const names = process.argv.slice(2);
let failed = 0;
const wanted = PLANTS.filter(({ name }) => names.length === 0 || names.includes(name));
for (const { name, file, from, to } of wanted) {
  rmSync(COPY, { recursive: true, force: true });
  for (const folder of ['src', 'include', 'test/proof']) cpSync(folder, `${COPY}/${folder}`, { recursive: true });
  const source = readFileSync(`${COPY}/${file}`, 'utf8');
  if (!source.includes(from)) throw new Error(`${file} has no "${from}" any more`);
  writeFileSync(`${COPY}/${file}`, source.replaceAll(from, to));
  const run = spawnSync('node', ['test/proof/run.mjs', name], { cwd: COPY, encoding: 'utf8',
    env: { ...process.env, MACHINE: process.env.MACHINE ?? 'gcc_x86_32' } });
  const alarms = run.stdout.match(/not proved, and not in .*/g) ?? [];
  console.log(`${alarms.length > 0 ? 'seen' : 'NOT SEEN'}: ${file}: ${to}\n    ${alarms.join('\n    ')}`);
  if (alarms.length === 0) failed++;
}
console.log(`${wanted.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
