// Splits the flash and the RAM of an image into groups, by the linker's map: `node test/firmware/sizes.mjs IMAGE.elf...`
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';

// The first pattern that fits an object's path names its group. Members of librill.a are named by their folder.
const groups = [
  [/^src\//, 'rill'],
  [/^port\/tls\/|bearssl|mbedtls|\/net\/tls\.o/i, 'TLS'],
  [/^port\/(\w+)\//, 'port/$1'],
  [/-kernel\/lib\.a/, 'RTOS'],
  [/lwip|\/net\/(common|ethernet|lan9118|serial|slip|ppp)\.o/i, 'network'],
  [/\/(startup|host)\.o$|\/boards\//, 'test harness'],
  [/\/lib(c|c_nano|m|m_nano|gcc)\.a\(/, 'C library'],
  [/^build\/firmware\/.*\.o$/, 'program'],
];

// What the output sections of sections.ld take: flash, RAM, or both (data is copied at the start).
const memories = { '.text': ['flash'], '.ARM.exidx': ['flash'], '.data': ['flash', 'RAM'], '.bss': ['RAM'] };

// "stream.o" of librill.a is "src/stream.o".
const folders = new Map();
const ports = readdirSync('port').filter((name) => name !== 'posix');
for (const folder of [...ports.map((name) => `port/${name}`), 'src'])
  for (const file of readdirSync(folder)) if (file.endsWith('.c')) folders.set(file.replace(/\.c$/, '.o'), folder);

function groupOf(path) {
  const member = /librill\.a\((.*)\)$/.exec(path);
  const inside = /\/(port\/\w+\/[^/]+)$/.exec(path);
  const name = member ? `${folders.get(member[1])}/${member[1]}` : inside ? inside[1] : path;
  for (const [pattern, group] of groups) {
    const found = pattern.exec(name);
    if (found) return group.replace('$1', found[1]);
  }
  throw new Error(`${path} belongs to no group: add a pattern`);
}

const without = /^\.(stack|debug.*|comment|.*attributes)$/; // no memory of the program's, or counted by running it

// The map's rows inside the sections that count: {section, name, address, bytes, path}.
function rows(map) {
  const found = [];
  let section = '';
  const text = map.slice(map.indexOf('Linker script and memory map')).replace(/^( ?[.*\w]\S*)\n +(?=0x)/gm, '$1 ');
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) section = line.split(/\s/)[0];
    const [, name, address, size, path] = /^( ?\S+) +0x([0-9a-f]+) +0x([0-9a-f]+)(?: +(\S.*?))? *$/.exec(line) ?? [];
    if (!name || without.test(section) || size === '0') continue;
    if (!memories[section]) throw new Error(`the map has a section ${section}: which memory is it?`);
    found.push({ section, name, address: Number.parseInt(address, 16), bytes: Number.parseInt(size, 16), path });
  }
  return found;
}

// {flash: Map of group to bytes, RAM: the same, objects: Map of object path to bytes of flash}.
export function sizes(image) {
  const result = { flash: new Map(), RAM: new Map(), objects: new Map() };
  const add = (counts, name, bytes) => counts.set(name, (counts.get(name) ?? 0) + bytes);
  const all = rows(readFileSync(image.replace(/\.elf$/, '.map'), 'utf8'));
  const heads = all.filter((row) => row.name === row.section);
  for (const head of heads) {
    const inside = all.filter((row) => row.section === head.section && row !== head && row.bytes !== 0);
    const end = head.address + head.bytes;
    let rest = head.bytes;
    inside.forEach((row, i) => {
      // Of strings that were merged into another section's, the map gives the other's size: the next row begins there.
      const bytes = Math.min(row.bytes, (inside[i + 1]?.address ?? end) - row.address);
      rest -= bytes;
      for (const memory of memories[head.section])
        add(result[memory], row.path ? groupOf(row.path) : 'padding', bytes);
      if (row.path && memories[head.section].includes('flash')) add(result.objects, row.path, bytes);
    });
    if (rest !== 0) throw new Error(`${image}: ${rest} bytes of ${head.section} are in no group`);
  }
  return result;
}

export const sum = (counts) => [...counts.values()].reduce((a, b) => a + b, 0);

// Two lines: "an385/uart: 24012 bytes of flash: rill 21033, ...".
export function lines(image) {
  if (!existsSync(image)) return [`${image}: not built`];
  const found = sizes(image);
  const name = image.replace(/^build\/firmware\//, '').replace(/\.elf$/, '');
  return ['flash', 'RAM'].map((memory) => {
    const parts = [...found[memory]].sort((a, b) => b[1] - a[1]).map(([group, bytes]) => `${group} ${bytes}`);
    const stack = memory === 'RAM' ? ', without the stack' : '';
    return `${name}: ${sum(found[memory])} bytes of ${memory}${stack}: ${parts.join(', ')}`;
  });
}

if (basename(process.argv[1]) === 'sizes.mjs') for (const image of process.argv.slice(2)) console.log(lines(image).join('\n'));
