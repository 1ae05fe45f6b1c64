// Every board runs: an event becomes text, time passes, the exit status comes back.
import { boards, check, counted, finish, run, valueOf } from './qemu.mjs';

for (const board of boards) {
  const result = await run(board, 'hello', { options: counted });
  check(`${board}: text`, /^hello$/m.test(result.out), result.out);
  check(`${board}: exit status`, result.code === 0, `status ${result.code}\n${result.out}`);
  console.log(`${board}: ${valueOf(result, 'instructions')} instructions, ${valueOf(result, 'stack')} bytes of stack`);
}
finish();
