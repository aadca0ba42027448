// All work on their parts, and go on together to the next phase. With seven parts, the last node has one less to do.
import { spmd } from 'lockstep';

const parts = 7;

export default spmd(({ world, log }) => {
  for (let phase = 0; phase < 2; phase += 1) {
    const part = phase * world.size + world.rank;
    if (part >= parts) return;
    log('part', part);
    world.barrier();
  }
});
