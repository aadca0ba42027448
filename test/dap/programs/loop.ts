import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  let sum = 0;
  for (let turn = 0; turn < 100; turn += 1) {
    const value = { turn, square: turn * turn };
    sum += value.square;
  }
  // No code here,
  // nor here.

  log('sum', sum, 'on', world.rank);
});

export interface Unused {
  neverRuns: boolean;
}
