// The recorded and hand-made answers that the test reads in place: RILL_CORPUS, else the folder beside the repository.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, relative } from 'node:path';

export const root = process.env.RILL_CORPUS ?? fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));

const below = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? below(path) : [path];
  });

const list = (folder, pattern) =>
  (existsSync(join(root, folder)) ? below(join(root, folder)) : [])
    .map((path) => relative(root, path))
    .filter((name) => pattern.test(name))
    .sort();

export const read = (name) => readFileSync(join(root, name));

// Answers in the shape of OpenAI's, compared member by member. `body`: how the file is to be read.
export const answers = () =>
  [
    ...list('streams', /\.(sse|json)$/),
    ...list('quirks', /\.(sse|json)$/),
    ...list('shapes', /\.(sse|json)$/),
    ...list('wire', /\.http$/),
  ].map((name) => ({ name, body: name.endsWith('.http') ? 'http' : name.endsWith('.json') ? 'json' : 'sse' }));

// Other formats, which must give no answer, and inputs made for speed tests. Their members are in no table.
export const others = () =>
  [...list('sister', /\.(sse|json|ndjson)$/), ...list('bench', /\.sse$/)].map((name) => ({
    name,
    body: name.split('.').at(-1),
  }));

// The kinds that the index promises, so that a file that is missing from the folder is noticed.
export const kinds = () => {
  const index = join(root, 'streams/index.tsv');
  const [head, ...rows] = readFileSync(index, 'utf8').trim().split('\n').map((row) => row.split('\t'));
  const file = head.indexOf('file');
  const kind = head.indexOf('kind');
  return new Map(rows.map((row) => [`streams/${row[file]}`, row[kind]]));
};
