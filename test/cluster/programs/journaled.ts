/**
 * Tasks whose results are known; each says in a file of its own line that it has begun, and under which coordinator. Arguments:
 * that file; and what befalls the driver in its first life: it goes on until it is killed (`wait`), or throws (`throw`). The last
 * line says what became of the tasks.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { driver, task } from 'lockstep';

/** As long as it lives: a node that outlives it for a moment gets another parent. */
const coordinator = process.ppid;
const begins = (runs: string, what: string): void => appendFileSync(runs, `${coordinator} ${what}\n`);

/** Some milliseconds of work, and a number that follows from `value`. */
export const work = task('work', (runs: string, value: number) => {
  begins(runs, `work ${value}`);
  for (const untilMs = performance.now() + 10; performance.now() < untilMs;);
  return value * value + 1;
});
/** A result that is too large to travel unasked. */
export const wide = task('wide', (runs: string, value: number) => {
  begins(runs, `wide ${value}`);
  return new Float64Array(10_000).fill(value);
});
export const add = task('add', (runs: string, row: Float64Array, value: number) => {
  begins(runs, `add ${row[0]}`);
  return (row[9_999] ?? NaN) + value;
});
export const fail = task('fail', (runs: string) => {
  begins(runs, 'fail');
  throw new Error('as it does');
});

export default driver(async ({ scheduler, args, log }) => {
  const [runs = '', then] = args;
  const job = scheduler.job('journaled');
  const why = await job.add(fail, [runs]).result.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
  const numbers = Array.from({ length: 60 }, (_, value) => value);
  const rows = numbers.slice(0, 5).map((value) => job.add(wide, [runs, value]));
  const tasks = numbers.map((value) => job.add(work, [runs, value]));
  const sums = rows.map((row, index) => job.add(add, [runs, row, tasks[index] ?? NaN]));
  const isFirstLife = job.progress.fromJournal === 0;
  let ended = 0;
  let total = 0;
  for await (const each of scheduler.asCompleted([...tasks, ...sums])) {
    total += await each.result;
    ended += 1;
    log(`ended ${ended}`);
    if (ended === 20 && isFirstLife && then === 'throw') throw new Error('the driver gives up');
  }
  while (isFirstLife && then === 'wait') await delay(100);
  log(JSON.stringify({ ended, total, why, fromJournal: job.progress.fromJournal }));
});
