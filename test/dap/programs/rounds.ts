import { spmd } from 'lockstep';

/** Each node goes round by itself until it is stopped, some twenty times a second. */
export default spmd(({ world }) => {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round >= 0; round += 1) {
    Atomics.wait(clock, 0, world.rank - world.rank, 50);
  }
});
