import { driver, task } from 'lockstep';

export const square = task('square', (x: number) => {
  const squared = x * x;
  return squared;
});

/** Node 0 awaits a task that may run for three seconds of the cluster's time. */
export default driver(async ({ scheduler, log }) => {
  const job = scheduler.job('squares');
  const first = await job.add(square, [3], { timeoutMs: 3000 }).result;
  log('first', first);
  const others = await Promise.all(job.map(square, [4, 5]).map(({ result }) => result));
  log('others', others.join());
});
