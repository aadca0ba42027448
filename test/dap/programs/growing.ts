import { driver, task } from 'lockstep';

const part = task('part', async (turn: number) => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  const square = turn * turn;
  return square;
});

export default driver(async ({ scheduler, cluster, log }) => {
  const job = scheduler.job('parts');
  const parts = Array.from({ length: 80 }, (_, turn) => job.add(part, [turn]));
  await cluster.scale(4);
  const squares = await Promise.all(parts.map(({ result }) => result));
  log(`${cluster.size} nodes, the sum is ${squares.reduce((sum, square) => sum + square)}`);
});
