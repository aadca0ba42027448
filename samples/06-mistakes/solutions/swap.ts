// Two nodes swap their halves of a picture.
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  if (world.rank > 1) return;
  const other = 1 - world.rank;
  const half = new Float64Array(100_000).fill(world.rank);
  const received = world.sendrecv<Float64Array>(half, other, 0, other, 0);
  log('got the half of node', received[0]);
});
