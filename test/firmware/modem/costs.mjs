// What a modem on the UART costs: flash and RAM of each image, and the instructions of an answer.
import { writeFileSync } from 'node:fs';

import { check, counted, run, valueOf } from '../qemu.mjs';
import { lines, sizes } from '../sizes.mjs';

const GOAL = { flash: 3072, RAM: 200 };
const boards = { an385: 'Cortex-M3', 'an385-m0plus': 'Cortex-M0+' };
const file = 'build/firmware/modem/answer.http';

const against = (bytes, goal) =>
  bytes <= goal ? `${goal - bytes} below the goal of ${goal}` : `${bytes - goal} over the goal of ${goal}`;

// Two runs must be the same to the instruction.
async function count(board, image, body) {
  const once = () => run(board, 'modem/count', { options: counted, words: [image, file] });
  const [result, again] = [await once(), await once()];
  const name = `${board}/count, ${image}`;
  const whole = ['end', 'end of rill alone'].every((of) => valueOf(result, of) === 1);
  check(`${name}: the answer came whole`, whole, result.out);
  check(`${name}: each run is the same`, result.out === again.out, `${result.out}\n${again.out}`);
  const [all, rill] = ['instructions in all', 'instructions of rill'].map((of) => valueOf(result, of) / body.length);
  return { all, rill, ram: valueOf(result, 'context') };
}

// The whole of port/modem, and without modem.c, which makes a port of engine and dialect.
function tellGoal(name, path, ram) {
  const { objects, flash } = sizes(path);
  const all = flash.get('port/modem');
  const engine = all - [...objects].find(([object]) => object.includes('(modem.o)'))[1];
  console.log(
    `${name}: engine and dialect ${engine} bytes of flash, ${against(engine, GOAL.flash)}; ` +
      `with the port on them ${all}, ${against(all, GOAL.flash)}; ` +
      `${ram} bytes of RAM beside the line buffer, ${against(ram, GOAL.RAM)}`,
  );
}

export async function costs(server, images) {
  writeFileSync(file, Buffer.concat(server.pieces));
  for (const [board, core] of Object.entries(boards))
    for (const image of images) {
      const path = `build/firmware/${board}/modem/${image}.elf`;
      console.log(lines(path).join('\n'));
      if (image === 'esp_at_active') continue; // as esp_at, but for what comes unasked
      const { all, rill, ram } = await count(board, image, server.body);
      const of = `${rill.toFixed(1)} of them rill's; without the UART`;
      console.log(`${core}, ${image}: ${all.toFixed(1)} instructions per byte of body, ${of}`);
      if (core === 'Cortex-M0+') tellGoal(`${core}, ${image}`, path, ram);
    }
}
