import { spmd } from 'lockstep';

/** Node 0 waits for node 1, which prints its rounds and never answers. */
export default spmd(({ world, log }) => {
  if (world.rank === 0) world.recv(1, 1);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 1; round > 0; round += 1) {
    log('round', round);
    Atomics.wait(clock, 0, 0, 50);
  }
});
