import { spmd } from 'lockstep';

/** Nodes 0 and 1 receive before they send; node 2 computes, and helps nobody. */
export default spmd(({ world, log }) => {
  const state = { go: false };
  if (world.rank === 2) {
    while (!state.go) state.go = false;
    return;
  }
  const other = 1 - world.rank;
  const theirs = world.recv<string>(other, 3);
  world.send('hello', other, 3);
  log(theirs);
});
