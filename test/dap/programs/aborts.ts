import { spmd } from 'lockstep';

/** Node 1 ends the job; node 0 waits for it. */
export default spmd(({ world }) => {
  const residual = 1e9;
  if (world.rank === 1) world.abort(7, `the iteration diverges: ${residual}`);
  world.recv(1, 3);
});
