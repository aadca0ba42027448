// Node 1 counts, and node 0 prints what it has counted.
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  if (world.rank === 1) {
    const counts = [3, 1, 4, 1, 5];
    world.send(Float64Array.from(counts), 0);
  }
  if (world.rank === 0) {
    const counts = new Int32Array(5);
    world.recvInto(counts, 1);
    log(counts.join(' '));
  }
});
