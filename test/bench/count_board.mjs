// Runs contestants as images for emulated boards, which count instructions exactly.
import { counted, run } from '../firmware/qemu.mjs';

// Of each target of bench.mk: the board that qemu.sh knows.
export const TARGETS = { 'm3-O2': 'an385', 'm0plus-Os': 'an385', 'm33-O2': 'an505', 'rv32-O2': 'virt' };

const SECONDS = 300;

// Of each body {instructions, sums}.
export async function count(target, contestant, file) {
  const image = `build/bench/${target}/${contestant}.elf`;
  const result = await run(TARGETS[target], image, { options: counted, words: [file], seconds: SECONDS });
  if (result.code !== 0) throw new Error(`${image}: status ${result.code}\n${result.out.slice(-1000)}`);
  const values = [...result.out.matchAll(/^instructions: (\d+)\nevents: (\d+)\ntext bytes: (\d+)\nintegers: (\d+)$/gm)];
  return values.map(([, instructions, ...sums]) => ({ instructions: Number(instructions), sums: sums.join(' ') }));
}
