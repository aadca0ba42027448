/** Programs of tasks whose number of nodes changes while they run: the first argument says which. */
import { readdirSync, readFileSync } from 'node:fs';
import { driver, type DriverContext, type DriverOptions, type Task, task } from 'lockstep';

export const spin = task('spin', (ms: number, value: number) => {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
  return value;
});
export const block = task('block', (size: number, value: number) => new Float64Array(size).fill(value));
export const total = task('total', (parts: readonly Float64Array[]) =>
  parts.reduce((sum, part) => sum + part.reduce((a, b) => a + b, 0), 0),
);

/** How often this process has mapped memory that nodes share, and how many descriptors it has open. */
function held(): [mapped: number, open: number] {
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return [maps.filter((line) => line.includes('memfd:lockstep')).length, readdirSync('/proc/self/fd').length];
}
export const heldThere = task('heldThere', held);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const sorted = (ranks: Iterable<number>) => [...ranks].sort((a, b) => a - b).join();

async function all(tasks: readonly Task<number>[]): Promise<boolean> {
  const values = await Promise.all(tasks.map(({ result }) => result));
  return values.every((value, i) => value === i);
}

const programs: Record<string, (context: DriverContext) => Promise<void>> = {
  /** More nodes while tasks wait, and fewer while nodes hold results. */
  async there({ scheduler, cluster, log }) {
    const job = scheduler.job('there');
    const spins = (count: number, ms: number) =>
      job.starmap(
        spin,
        Array.from({ length: count }, (_, i) => [ms, i] as const),
      );
    const waiting = spins(60, 20);
    log('scaled', await cluster.scale(4), cluster.size);
    log('same', await all(waiting));
    const blocks = job.starmap(
      block,
      Array.from({ length: 24 }, (_, i) => [20_000, i] as const),
    );
    for await (const each of scheduler.asCompleted(blocks)) void each;
    log('holders', sorted(new Set(blocks.map(({ rank }) => rank))));
    const placed = (): number => blocks.reduce((sum, each) => sum + scheduler.why(each).placements.length, 0);
    const before = placed();
    const busy = spins(8, 60);
    log('scaled', await cluster.scale(2), sorted(scheduler.nodes.map(({ rank }) => rank)).split(',').length);
    log('same', await all(busy), 'again', await cluster.scale(2));
    log('sum', await job.add(total, [blocks]).result);
    const [first] = blocks;
    log('moved', (await first!.result).length, placed() - before);
    for (const wrong of [1, 2.5, 1000]) {
      const error = await cluster.scale(wrong).catch((thrown: Error) => thrown);
      log(String(error));
    }
    log('why', cluster.why);
  },

  /** Nodes that come and go many times; those that stay hold no more afterwards than before. */
  async cycles({ scheduler, cluster, log, args }) {
    const job = scheduler.job('cycles');
    const work = () =>
      all(
        job.starmap(
          spin,
          Array.from({ length: 12 }, (_, i) => [2, i] as const),
        ),
      );
    const both = async () => [...held(), ...(await job.add(heldThere, []).result)] as const;
    await work();
    const before = await both();
    let same = true;
    for (let cycle = 0; cycle < Number(args[1]); cycle += 1) {
      await cluster.scale(4);
      same = (await work()) && same;
      await cluster.scale(2);
    }
    let after = await both();
    // What is told of the last ones that left may be on its way. Who stays may be another one than the one that was there
    // first: its ring is mapped by itself, and others are woken through other descriptors.
    const isMore = (each: number, i: number) => each > before[i]! + 4;
    for (let tries = 0; tries < 250 && after.some(isMore); tries += 1) {
      await pause(20);
      after = await both();
    }
    log('same', same);
    log('held', after.some(isMore) ? `before ${before.join()}, after ${after.join()}` : 'as before');
  },

  /** A node that runs nothing for a while, and one that is sent away with what it holds. */
  async chosen({ scheduler, cluster, log }) {
    const job = scheduler.job('chosen');
    const blocks = (count: number) =>
      job.starmap(
        block,
        Array.from({ length: count }, (_, i) => [20_000, i] as const),
      );
    const ranksOf = async (tasks: readonly Task[]): Promise<string> => {
      for await (const each of scheduler.asCompleted(tasks)) void each;
      return sorted(new Set(tasks.map(({ rank }) => rank ?? -1)));
    };
    await scheduler.cordon(2);
    const some = blocks(12);
    log('cordoned 2:', await ranksOf(some));
    scheduler.uncordon(2);
    log('again:', await ranksOf(blocks(12)));
    log('left:', await cluster.remove(1), sorted(scheduler.nodes.map(({ rank }) => rank)));
    log('sum', await job.add(total, [some]).result);
    for (const rank of [1, 7]) log(String(await cluster.remove(rank).catch((error: Error) => error)));
    log('left:', await cluster.remove(2));
    log(String(await cluster.remove(3).catch((error: Error) => error)));
  },

  /** Works until the cluster has had, one after the other, these numbers of nodes. */
  async until({ scheduler, cluster, log, args }) {
    const job = scheduler.job('until');
    let same = true;
    for (const size of args.slice(1).map(Number)) {
      while (cluster.size !== size) {
        const tasks = job.starmap(
          spin,
          Array.from({ length: 8 }, (_, i) => [10, i] as const),
        );
        log('working', cluster.size);
        same &&= await all(tasks);
      }
      log('has', await cluster.scale(size)); // whoever asked for it has the answer then
    }
    log('same', same);
  },

  /** Ends at once, with a wish open. */
  async early({ cluster, log }) {
    void cluster.scale(6).catch(() => undefined);
    await pause(30);
    log('ends');
  },

  /** Works until only the nodes of these ranks are left to run tasks. */
  async left({ scheduler, cluster, log, args }) {
    const job = scheduler.job('left');
    let same = true;
    log('begun');
    while (sorted(scheduler.nodes.map(({ rank }) => rank)) !== args[1]) {
      const tasks = job.starmap(
        spin,
        Array.from({ length: 20 }, (_, i) => [20, i] as const),
      );
      same &&= await all(tasks);
    }
    log('same', same, 'size', cluster.size);
  },

  /** Much to do until there are as many nodes as there may be, then nothing until there are as few; twice. */
  async load({ scheduler, cluster, log }) {
    const job = scheduler.job('load');
    for (let time = 0; time < 2; time += 1) {
      while (cluster.size < 4) {
        const tasks = job.starmap(
          spin,
          Array.from({ length: 40 }, (_, i) => [30, i] as const),
        );
        log('same', await all(tasks));
      }
      log('busy', cluster.size);
      while (cluster.size > 2) await pause(20);
      log('idle', cluster.size);
    }
    log('why', cluster.why);
    for (const { from, to, why } of cluster.decisions)
      if (from !== to) log(`decided ${from} to ${to}: ${why}`);
  },
};

const [what = ''] = process.argv.slice(2);
const options: Record<string, DriverOptions> = {
  load: { autoscale: { min: 2, max: 4, coolDownMs: 300 } },
  left: { replaceLost: 2 },
};

export default driver(async (context) => {
  await programs[what]?.(context);
}, options[what]);
