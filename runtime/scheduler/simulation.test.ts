import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Policy } from './model';
import { policyNamed, policyNames } from './policies';
import { ClusterSimulator } from './testing/clusterSimulator';
import { machine } from './testing/machines';
import { seededRandom } from '../core/seededRandom';
import { randomWorkload, serially } from './testing/workload';

/** `npm run test:long` sets more. */
const seeds = Number(process.env['LOCKSTEP_SEEDS'] ?? 500);

/** What the scheduler counts of its tasks, counted anew. */
function assertCounted({ core }: ClusterSimulator, seed: number): void {
  const all = [...core.allTasks];
  for (const job of new Set(all.map((task) => task.job))) {
    const tasks = all.filter((task) => task.job === job);
    const { begun, queued, waiting, paused } = core.census(job);
    const inState = (...states: string[]) => tasks.filter(({ state }) => states.includes(state));
    const open = inState('ready', 'queued', 'running');
    const running = open.filter((task) => task.live.some(({ startedAtMs }) => startedAtMs !== undefined));
    const expected = [running.length, open.length - running.length];
    assert.deepEqual([begun, queued], expected, `seed ${seed}: begun and queued tasks of ${job}`);
    assert.deepEqual([waiting, paused], [inState('waiting').length, inState('paused').length]);
  }
}

/**
 * A job of 60 tasks on nodes that crash, fall silent, join (also under the rank of one that is gone), leave and are cordoned,
 * while tasks are cancelled, results forgotten and the policies of all and of single jobs are switched, all by
 * the seed.
 */
function simulate(seed: number): void {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const policyOf = (index: number) =>
    policyNamed(policyNames[index % policyNames.length] as string) as Policy;
  const options = {
    mostAttempts: 50,
    badAfterNodes: 50,
    speculation: seed % 2 === 0,
    grows: true,
    placementsKept: 10,
  };
  const simulator = new ClusterSimulator(random, { policy: policyOf(seed), ...options }, 0.1, (task) => {
    if (random() < 0.5) simulator.handle({ type: 'forget', task });
  });
  const tasks = randomWorkload(random, 60);
  const join = (rank: number, cpus: number) => simulator.join(rank, machine(cpus), 0.25 + random());
  const ranks = 1 + below(5);
  for (let rank = 0; rank < ranks; rank += 1) join(rank, 1 + below(4));
  for (const { spec, behavior } of tasks) simulator.submit(spec, behavior);

  const cancelled = new Set<number>();
  const faults: ((rank: number) => void)[] = [
    (rank) => simulator.crash(rank),
    (rank) => simulator.silence(rank),
    (rank) => simulator.handle({ type: 'cordon', rank }),
    (rank) => simulator.handle({ type: 'uncordon', rank }),
    (rank) => simulator.leave(rank),
    (rank) => join(rank, 1 + below(4)),
    () => simulator.handle({ type: 'policy', policy: policyOf(below(100)) }),
    () => simulator.handle({ type: 'jobPolicy', job: `job ${below(3)}`, policy: policyOf(below(100)) }),
    () => simulator.handle({ type: 'jobPolicy', job: `job ${below(3)}`, policy: undefined }),
    () => {
      const task = below(tasks.length);
      cancelled.add(task);
      simulator.handle({ type: 'cancel', task });
    },
  ];
  for (let count = below(10); count > 0; count -= 1) {
    const fault = faults[below(faults.length)] as (rank: number) => void;
    const rank = below(ranks);
    simulator.after(random() * 60, () => {
      fault(rank);
      assertCounted(simulator, seed);
    });
  }
  simulator.after(100, () => join(ranks, 4)); // whatever was lost: one node that can run all
  simulator.run();

  const expected = serially(tasks);
  for (const { spec } of tasks) {
    if (spec.dependencies.some((id) => cancelled.has(id))) cancelled.add(spec.id);
    const ends = simulator.ends.get(spec.id) ?? [];
    const result = { type: 'result', value: expected.get(spec.id) };
    const right = cancelled.has(spec.id) && ends[0]?.type === 'cancelled' ? { type: 'cancelled' } : result;
    assert.deepEqual(ends, [right], `seed ${seed}, task ${spec.id}`);
  }
  for (const node of simulator.nodes.values()) {
    assert.ok(node.mostCpus <= node.resources.cpus, `seed ${seed}: node ${node.rank} ran too much at a time`);
    const known = simulator.core.node(node.rank);
    assert.equal(known?.running, 0, `seed ${seed}: node ${node.rank} is thought to run something`);
    assert.ok(
      Math.abs(known.outstandingMs) < 1e-6,
      `seed ${seed}: ${known.outstandingMs} ms are outstanding`,
    );
    assert.equal(known.freeCpus, node.resources.cpus, `seed ${seed}: node ${node.rank} has not got all back`);
  }
  for (const { spec } of tasks) simulator.handle({ type: 'forget', task: spec.id });
  assert.equal(simulator.core.size, 0, `seed ${seed}: records are left`);
  for (const node of simulator.nodes.values()) {
    if (!node.silent) assert.equal(node.values.size, 0, `seed ${seed}: node ${node.rank} holds results`);
  }
}

test(`every task has its result once, under faults of ${seeds} seeds`, () => {
  for (let seed = 1; seed <= seeds; seed += 1) simulate(seed);
});
