/** Tasks whose results are known, counted as they come; the second argument is a task that goes wrong beside them. */
import { writeFileSync } from 'node:fs';
import { driver, task } from 'lockstep';

/** Some milliseconds of work, and a number that follows from `value`. */
export const work = task('work', (ms: number, value: number) => {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
  return value * value + 1;
});
export const fillDisk = task('fillDisk', () => writeFileSync('/dev/full', 'no room'));
export const fillMemory = task('fillMemory', () => {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => i + 0.5));
});
const harmful = { disk: fillDisk, memory: fillMemory };

export default driver(async ({ scheduler, args, log }) => {
  const [count = '60', beside] = args;
  const job = scheduler.job('cells');
  const bad = beside === undefined ? undefined : job.add(harmful[beside as keyof typeof harmful], []);
  const tasks = Array.from({ length: Number(count) }, (_, value) => job.add(work, [20, value]));
  log('begun');
  const times = new Map<number, number>();
  let wrong = 0;
  for await (const each of scheduler.asCompleted(tasks)) {
    times.set(each.id, (times.get(each.id) ?? 0) + 1);
    if ((await each.result) !== tasks.indexOf(each) ** 2 + 1) wrong += 1;
  }
  const doubled = [...times.values()].filter((each) => each > 1).length;
  const failure = await bad?.result.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
  log(
    JSON.stringify({
      lost: tasks.length - times.size,
      doubled,
      wrong,
      nodes: scheduler.nodes.length,
      failure,
    }),
  );
});
