// Installs the openai package into build/oracle and loads its decoder.
//
// Why 7.55.0: it is the newest, and the first line of versions that hands out a last event without a blank line behind it,
// reads every mix of line ends, and has the stream mode "events", which goes on behind an error. Its package file asks
// for node 22, but what this test uses of it (the stream decoder and its errors) runs on node 18, which Debian 12 brings.
// The lock file pins it by its checksum and leaves the address to npm's own configuration.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';

const here = fileURLToPath(new URL('.', import.meta.url));
const home = fileURLToPath(new URL('../../../build/oracle/', import.meta.url));
const installed = join(home, 'node_modules/openai');

const versionOf = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined);

export async function install() {
  const wanted = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies.openai;
  if (versionOf(join(installed, 'package.json')) !== wanted) {
    mkdirSync(home, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(here, file), join(home, file));
    const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: home,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (npm.status !== 0) throw new Error('npm could not install the openai package');
  }
  const load = (file) => import(pathToFileURL(join(installed, file)).href);
  const { Stream, _iterSSEMessages } = await load('core/streaming.mjs');
  const { APIError } = await load('core/error.mjs');
  return { version: wanted, Stream, sseMessages: _iterSSEMessages, APIError };
}
