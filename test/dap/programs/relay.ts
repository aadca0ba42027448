import { ANY_SOURCE, ANY_TAG, spmd, SUM } from 'lockstep';

const double = (value: number): number => value * 2;

/** Node 0 sends numbers to node 1, which answers the last one; node 2 takes part in the sum alone. */
export default spmd(async ({ world, log }) => {
  if (world.rank === 0) {
    world.send(double(1), 1, 7);
    world.send('second', 1, 8);
    const answer = world.recv<number>(1, 9);
    log('answer', answer);
  } else if (world.rank === 1) {
    const first = world.recv<number>(ANY_SOURCE, 7);
    const second = world.recv<string>(0, ANY_TAG);
    const kept = [first, second];
    world.send(first + 1, 0, 9);
    log(kept);
  }
  const total = world.allreduce(world.rank, SUM);
  log('total', total);
});
