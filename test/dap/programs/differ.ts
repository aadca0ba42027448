import { spmd, SUM } from 'lockstep';

/** Node 1 broadcasts where the others reduce. */
export default spmd(({ world, log }) => {
  if (world.rank === 1) world.bcast('wrong', 1);
  else log(world.allreduce(1, SUM));
});
