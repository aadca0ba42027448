/** The program of `bench scale`: one allreduce over all nodes, checked. */
import { spmd, SUM } from 'lockstep';

export default spmd(({ world, log }) => {
  const sum = world.allreduce(world.rank, SUM);
  if (sum !== (world.size * (world.size - 1)) / 2)
    throw new Error(`The sum of the ranks came out as ${sum}.`);
  if (world.rank === 0) log(`sum of ${world.size} ranks: ${sum}`);
});
