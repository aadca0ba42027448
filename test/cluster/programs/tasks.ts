/** Programs of tasks for tests: the first argument says which. Each prints what the same work gives in one loop, too. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { currentTask, driver, type DriverContext, type Task, task } from 'lockstep';

setFlagsFromString('--expose-gc');

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A number that is some work to find. */
function hash(seed: number, rounds: number): number {
  let value = seed;
  for (let i = 0; i < rounds; i += 1) value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
  return value;
}

export const mix = task('mix', hash);
export const join = task('join', (...parts: number[]) => parts.reduce((a, b) => (a * 31 + b) % 1_000_003, 7));
export const total = task('total', (parts: readonly Float64Array[]) =>
  parts.reduce((sum, part) => sum + part.reduce((a, b) => a + b, 0), 0),
);
export const block = task('block', (size: number, value: number) => new Float64Array(size).fill(value));
export const twice = task('twice', (data: Float64Array) => data.map((value) => 2 * value));
export const sleepy = task('sleepy', async (ms: number, value: number) => {
  await pause(ms);
  return value;
});
export const spin = task('spin', (ms: number, value: number) => {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
  return value;
});
export const failing = task('failing', (until: number) => {
  const attempt = currentTask()?.attempt ?? 0;
  if (attempt < until) throw new TypeError(`attempt ${attempt} fails`);
  return attempt;
});
export const killer = task('killer', (signal: string) => {
  if (signal === 'exit') process.exit(3);
  process.kill(process.pid, signal);
  for (;;);
});
export const told = task('told', (parts: number) => {
  for (let part = 1; part <= parts; part += 1) currentTask()?.progress(part / parts);
  return parts;
});
export const shares = task('shares', (data: Float64Array, index: number) => data[index] ?? NaN);

const codeOf = async (result: Promise<unknown>): Promise<string> => {
  try {
    return `result ${String(await result)}`;
  } catch (error) {
    return String((error as { code?: string }).code);
  }
};

const programs: Record<string, (context: DriverContext) => Promise<void>> = {
  /** A graph of tasks, small and large results, and what one loop makes of it. */
  async graph({ scheduler, log, args }) {
    const [, width = 30, rounds = 20_000] = args.map(Number);
    const job = scheduler.job('graph');
    const first = job.starmap(
      mix,
      Array.from({ length: width }, (_, i) => [i, rounds] as const),
    );
    const second = first.map((each, i) => job.add(join, [each, first[(i + 1) % width]!, i]));
    const blocks = job.starmap(
      block,
      Array.from({ length: width }, (_, i) => [20_000, i] as const),
    );
    log('begun');
    const sum = await job.add(total, [blocks]).result;
    const values = await Promise.all(second.map(({ result }) => result));
    const own = Array.from({ length: width }, (_, i) => hash(i, rounds));
    const expected = own.map((each, i) => join(each, own[(i + 1) % width]!, i));
    log('same', values.join() === expected.join(), sum === (20_000 * width * (width - 1)) / 2);
    log('counts', JSON.stringify(job.progress));
  },

  async calls({ scheduler, log }) {
    const job = scheduler.job('calls', { backoffMs: 1 });
    log(
      await codeOf(job.add(failing, [3], { retries: 2 }).result),
      await codeOf(job.add(failing, [9]).result),
    );
    const bad = job.add(failing, [9]);
    log(await codeOf(job.add(join, [bad, 1]).result), bad.status);
    const error = await bad.result.catch((thrown: Error) => thrown);
    log(String(error));
    log(await codeOf(job.add(mix, [1, 1], { labels: ['gpu'] }).result));
    const endless = job.add(sleepy, [1e9, 1]);
    const after = job.add(join, [endless]);
    endless.cancel();
    log(await codeOf(endless.result), await codeOf(after.result));
    log(await codeOf(job.add(sleepy, [1e9, 1], { timeoutMs: 30 }).result));
    const slow = job.add(told, [10]);
    await slow.result;
    log(slow.progress, slow.status, slow.rank > 0, job.name);
    const data = scheduler.share(new Float64Array(50_000).fill(4));
    const reads = job.starmap(
      shares,
      [0, 1, 2].map((index) => [data, index] as const),
    );
    log((await Promise.all(reads.map(({ result }) => result))).join());
    const order = job.starmap(sleepy, [
      [60, 1],
      [1, 2],
    ]);
    const ended: number[] = [];
    for await (const task of scheduler.asCompleted(order)) ended.push(await task.result);
    log(ended.join());
    log(scheduler.nodes.map(({ rank, labels }) => `${rank} ${labels.join()}`).join('; '));
  },

  /** Every policy by name, and one of the program's own. */
  async policies({ scheduler, log }) {
    const job = scheduler.job('policies');
    const { policies } = scheduler.constructor as unknown as { policies: string[] };
    for (const policy of policies) {
      scheduler.setPolicy(policy);
      const tasks = job.starmap(
        mix,
        Array.from({ length: 20 }, (_, i) => [i, 10] as const),
      );
      await Promise.all(tasks.map(({ result }) => result));
      log(scheduler.policy, scheduler.why(tasks[19]!).placements.length > 0);
    }
    scheduler.setPolicy(function lastNode(_, nodes) {
      return nodes.at(-1)!;
    });
    const tasks = job.starmap(
      mix,
      Array.from({ length: 20 }, (_, i) => [i, 10] as const),
    );
    await Promise.all(tasks.map(({ result }) => result));
    log(scheduler.policy, [...new Set(tasks.map(({ rank }) => rank))].join());
    log(scheduler.why(tasks[0]!).text.replace('\n  ', ': '));
    const own = scheduler.job('own', {
      policy: function firstNode(_, nodes) {
        return nodes[0]!;
      },
    });
    const ranks = async (name: string) => {
      const given = own.starmap(
        mix,
        Array.from({ length: 6 }, (_, i) => [i, 10] as const),
      );
      await Promise.all(given.map(({ result }) => result));
      log(name, [...new Set(given.map(({ rank }) => rank))].join());
    };
    await ranks(`${own.policy} ${job.policy}`);
    own.setPolicy(undefined);
    await ranks(own.policy);
    own.setPolicy('least-load');
    log(own.policy, scheduler.policy);
  },

  async unseen({ scheduler, log }) {
    const job = scheduler.job('unseen');
    const tasks = [job.add(failing, [9]), job.add(failing, [9])];
    for await (const task of scheduler.asCompleted(tasks)) log(task.status);
  },

  async badChoice({ scheduler }) {
    scheduler.setPolicy(() => ({ rank: 1 }) as never);
    await scheduler.job('bad').add(mix, [1, 1]).result;
  },

  /** A task that ends its node, beside others. */
  async kills({ scheduler, log, args }) {
    const job = scheduler.job('kills');
    const bad = job.add(killer, [args[1]!]);
    const others = job.starmap(
      mix,
      Array.from({ length: 200 }, (_, i) => [i, 1000] as const),
    );
    const values = await Promise.all(others.map(({ result }) => result));
    log(
      'others',
      values.every((value, i) => value === hash(i, 1000)),
    );
    log(await bad.result.catch((error: Error) => String(error)));
    log('nodes', scheduler.nodes.length);
  },

  /** Long tasks: time for the test to kill, stop or slow nodes. */
  async long({ scheduler, log, args }) {
    const job = scheduler.job('long');
    const tasks = job.starmap(
      spin,
      Array.from({ length: Number(args[1]) }, (_, i) => [Number(args[2]), i] as const),
    );
    log('begun');
    const values = await Promise.all(tasks.map(({ result }) => result));
    log(
      'same',
      values.every((value, i) => value === i),
    );
    log('ranks', [...new Set(tasks.map(({ rank }) => rank))].sort().join());
    log('nodes', scheduler.nodes.map(({ rank }) => rank).join());
  },

  /** A task that does not end, and runs out of time. */
  async endless({ scheduler, log }) {
    const job = scheduler.job('endless');
    const endless = job.add(spin, [1e9, 1], { timeoutMs: 100 });
    log(await codeOf(endless.result));
    const others = job.starmap(
      mix,
      Array.from({ length: 50 }, (_, i) => [i, 1000] as const),
    );
    const values = await Promise.all(others.map(({ result }) => result));
    log(
      'others',
      values.every((value, i) => value === hash(i, 1000)),
    );
    for (; scheduler.nodes.length > 2;) await pause(20);
    log('nodes', scheduler.nodes.length);
  },

  /** Tasks in every state, until somebody cancels those that would never end. */
  async watched({ scheduler, log }) {
    const job = scheduler.job('watched');
    const failed = job.add(failing, [2]);
    const after = job.add(join, [failed, 1]);
    await codeOf(after.result);
    const endless = job.starmap(
      sleepy,
      Array.from({ length: 40 }, (_, i) => [1e9, i] as const),
    );
    const waiting = job.add(join, [endless[39]!]);
    log('begun');
    log(await codeOf(waiting.result));
    log(await codeOf(failed.result), await codeOf(after.result), failed.status);
  },

  /** Many short tasks, many that fail, and many that nobody waits for to the end. */
  async many({ scheduler, log }) {
    const failures = scheduler.job('failures');
    const failed = Array.from({ length: 12_000 }, () => failures.add(failing, [9]));
    const values = scheduler.job('short').starmap(
      mix,
      Array.from({ length: 10_000 }, (_, i) => [i, 10] as const),
    );
    await Promise.allSettled([...values, ...failed].map(({ result }) => result));
    const endless = scheduler.job('endless').starmap(
      sleepy,
      Array.from({ length: 100_000 }, (_, i) => [1e9, i] as const),
    );
    log('begun');
    await Promise.allSettled(endless.map(({ result }) => result));
    log(endless.filter(({ status }) => status === 'cancelled').length);
  },

  /** A large result made of another large one that nobody has any more; its node ends, and both are made again. */
  async lineage({ scheduler, log }) {
    const job = scheduler.job('lineage');
    const collect = runInNewContext('gc') as () => void;
    const made = ((): Task<Float64Array> => {
      const first = job.add(block, [20_000, 3]);
      return job.add(twice, [first]);
    })();
    for (; made.status !== 'done' || job.progress.done < 2;) await pause(5);
    for (let turn = 0; turn < 5; turn += 1) {
      collect();
      await pause(10);
    }
    log('made', made.rank);
    for (const nodes = scheduler.nodes.length; scheduler.nodes.length === nodes;) await pause(5);
    log(
      'sum',
      (await made.result).reduce((sum, value) => sum + value, 0),
    );
  },

  /** A driver that lets nobody ask it anything. */
  async blocks({ scheduler, log }) {
    await scheduler.job('first').add(mix, [1, 1]).result;
    log('computes');
    for (;;);
  },

  /** Awaits several tasks, each of which takes longer than a deadlock is looked for. */
  async patient({ scheduler, log }) {
    const job = scheduler.job('patient');
    const tasks = [0, 1, 2].map((value) => job.add(spin, [1200, value]));
    log('begun');
    log(await Promise.all(tasks.map(({ result }) => result)));
  },

  async alone({ scheduler, log }) {
    const job = scheduler.job('alone');
    const bad = job.add(killer, ['SIGKILL']);
    log(await codeOf(bad.result), await codeOf(job.add(mix, [1, 1]).result));
  },
};

export default driver(
  async (context) => {
    await programs[context.args[0]!]!(context);
  },
  { resources: ({ rank }) => ({ labels: [`rank ${rank}`] }) },
);
