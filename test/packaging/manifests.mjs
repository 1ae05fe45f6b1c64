// The manifests say what rill.h says, in the form that each system's documentation asks for.
//   node manifests.mjs FOLDER   FOLDER/arduino/rill and FOLDER/platformio/rill are the laid out libraries
import { existsSync, readFileSync } from 'node:fs';

const [, , layouts] = process.argv;
const read = (file) => readFileSync(file, 'utf8');
let passed = 0;
let failed = 0;
function check(what, holds) {
  if (holds) passed++;
  else {
    failed++;
    console.log(`FAILED ${what}`);
  }
}

const header = read('include/rill/rill.h');
const version = /define RILL_VERSION "(\d+\.\d+\.\d+)"/.exec(header)[1];
const number = (name) => Number(new RegExp(`define RILL_VERSION_${name} (\\d+)`).exec(header)[1]);
check('the numbers of rill.h are its text', ['MAJOR', 'MINOR', 'PATCH'].map(number).join('.') === version);

// PlatformIO: library.json (schema of its manifests)
const json = JSON.parse(read('port/platformio/library.json'));
check('library.json: version', json.version === version);
check('library.json: name', /^[^:;/,@<>]{1,100}$/.test(json.name));
check('library.json: keywords', json.keywords.every((word) => /^[a-z\d\-_+. ]{1,50}$/.test(word)));
for (const folder of [json.build.srcDir, json.build.includeDir])
  check(`library.json: ${folder} exists`, existsSync(`${layouts}/platformio/rill/${folder}`));
for (const name of [json.headers].flat())
  check(`library.json: ${name} exists`, existsSync(`${layouts}/platformio/rill/${json.build.includeDir}/${name}`));
check('library.json lies at the root', existsSync(`${layouts}/platformio/rill/library.json`));

// Arduino: library.properties (library specification)
const properties = Object.fromEntries(
  [...read('port/arduino/library.properties').matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]),
);
check('library.properties: version', properties.version === version);
for (const field of 'name author maintainer sentence paragraph category url architectures'.split(' '))
  check(`library.properties: ${field}`, field in properties);
const categories =
  'Display,Communication,Signal Input/Output,Sensors,Device Control,Timing,Data Storage,Data Processing,Other';
check('library.properties: category', categories.split(',').includes(properties.category));
for (const name of properties.includes.split(','))
  check(`library.properties: ${name} exists`, existsSync(`${layouts}/arduino/rill/src/${name}`));

// YAML, as much of it as the two files use: `key: value`, `key:` and `- item`, two blanks a level. Gives the values by
// their paths, as 'build cmake'.
function yaml(file) {
  const values = {};
  const path = [];
  for (const line of read(file).split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, blanks, item, key, value] = /^((?:  )*)(?:- (\S.*)|([\w/-]+):(?: (.+))?)$/.exec(line) ?? [];
    if (blanks === undefined || blanks.length / 2 > path.length) throw new Error(`${file}: not understood: ${line}`);
    if (item !== undefined) (values[path.join(' ')] ??= []).push(item);
    else {
      path.length = blanks.length / 2;
      path.push(key);
      if (value !== undefined) values[path.join(' ')] = value.replace(/^"(.*)"$/, '$1');
    }
  }
  return values;
}

// ESP-IDF: idf_component.yml
const component = yaml('port/esp-idf/rill/idf_component.yml');
const known = 'version targets maintainers description license tags files examples url repository dependencies'.split(' ');
check('idf_component.yml: version', component.version === version);
check('idf_component.yml: only known keys', Object.keys(component).every((path) => known.includes(path.split(' ')[0])));
check('idf_component.yml: the tags are a list', Array.isArray(component.tags));
for (const name of ['idf', 'espressif/jsmn'])
  check(`idf_component.yml: ${name} has a range`, /^(>=|\^|~)\d+(\.\d+){0,2}$/.test(component[`dependencies ${name}`]));

// Zephyr: zephyr/module.yml below the module's root, which is port/
const module = yaml('port/zephyr/module.yml');
check('module.yml: name', module.name === 'rill');
check('module.yml: cmake', existsSync(`port/${module['build cmake']}/CMakeLists.txt`));
check('module.yml: kconfig', existsSync(`port/${module['build kconfig']}`));

console.log(`manifests: ${passed} passed`);
process.exit(failed ? 1 : 0);
