import { spmd } from 'lockstep';

/** Node 0 blocks in recv, node 1 computes, node 2 is idle, others block in a collective. All go on when node 1 does. */
export default spmd(async ({ world, log }) => {
  const state = { rank: world.rank, go: false };
  if (world.rank === 0) {
    const wanted = 'a greeting';
    const text = world.recv<string>(1, 7);
    log(wanted, text);
  } else if (world.rank === 1) {
    let turns = 0;
    while (!state.go) turns += 1;
    for (let rank = 0; rank < world.size; rank += 1)
      if (rank !== 1) world.send(`after ${turns > 0}`, rank, 7);
  } else if (world.rank === 2) {
    while (!state.go && world.size > 2) {
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    }
  } else {
    world.recv<string>(1, 7);
  }
});
