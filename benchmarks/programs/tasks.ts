/** `bench tasks`: the first argument says what is measured; the driver prints it as JSON. */
import { driver, type DriverContext, type Task, task } from 'lockstep';

export const same = task('same', (x: number) => x);
export const combine = task('combine', (a: number, b: number) => (a * 31 + b) % 1_000_003);

const results = <R>(tasks: Task<R>[]): Promise<R[]> => Promise.all(tasks.map(({ result }) => result));
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Tasks that do nothing, a second; and the time from handing one in to its result. */
async function noOperation({ scheduler, args, log }: DriverContext): Promise<void> {
  const [, tasks = 0, latencies = 0] = args.map(Number);
  const job = scheduler.job('no-op');
  await results(job.map(same, numbers(Math.min(tasks, 2000))));
  const beginMs = performance.now();
  await results(job.map(same, numbers(tasks)));
  const rate = (tasks / (performance.now() - beginMs)) * 1000;
  const times: number[] = [];
  for (let i = 0; i < latencies; i += 1) {
    const submitMs = performance.now();
    await job.add(same, [i]).result;
    times.push(performance.now() - submitMs);
  }
  times.sort((a, b) => a - b);
  log(JSON.stringify({ rate, latencyMs: times[times.length >> 1] }));
}

/** Tasks that each take the results of two before, in ten parts; memory after each, and how many results are wrong. */
async function graph({ scheduler, args, log }: DriverContext): Promise<void> {
  const tasks = Number(args[1]);
  const job = scheduler.job('graph');
  const expected: number[] = [];
  const memoryMiB: number[] = [];
  const reach = 100;
  let recent: Task<number>[] = [];
  let lost = 0;
  const beginMs = performance.now();
  for (let part = 0; part < 10; part += 1) {
    const made: Task<number>[] = [];
    for (let i = 0; i < tasks / 10; i += 1) {
      const number = expected.length;
      const [near, far] = [number - 1 - (number % 7), number - 1 - ((number * 13) % reach)];
      const from = (index: number) => [...recent, ...made.slice(-reach)].at(index - number);
      const inputs = [from(near) ?? near, from(far) ?? far] as const;
      made.push(job.add(combine, inputs));
      expected.push(((expected[near] ?? near) * 31 + (expected[far] ?? far)) % 1_000_003);
    }
    const values = await results(made);
    lost += values.filter((value, i) => value !== expected[expected.length - values.length + i]).length;
    recent = made.slice(-reach);
    memoryMiB.push(process.memoryUsage.rss() / 2 ** 20);
  }
  log(JSON.stringify({ rate: (tasks / (performance.now() - beginMs)) * 1000, lost, memoryMiB }));
}

export default driver((context) => (context.args[0] === 'graph' ? graph(context) : noOperation(context)));
