import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultNeeds, type NodeView, type PolicyContext, type TaskView } from '../model';
import { ClusterSimulator } from '../testing/clusterSimulator';
import { machine } from '../testing/machines';
import { seededRandom } from '../../core/seededRandom';
import { simpleTask } from '../testing/workload';
import { policyNamed, policyNames } from './index';

const node = (rank: number, part: Partial<NodeView> = {}): NodeView => ({
  ...machine(1),
  rank,
  freeCpus: 1,
  freeMemoryMiB: 1000,
  queued: 0,
  running: 0,
  outstandingMs: 0,
  cpu: 0,
  usedMemoryMiB: 0,
  speed: 1,
  ...part,
});

const task = (part: Partial<TaskView> = {}): TaskView => ({
  id: 1,
  name: 'work',
  job: 'job',
  needs: defaultNeeds,
  priority: 0,
  expectedMs: 10,
  inputBytes: 0,
  bytesToMove: () => 0,
  ...part,
});

/** The ranks that a policy chooses in a row. */
function choices(name: string, nodes: NodeView[], times = 1, given = task()): number[] {
  const policy = policyNamed(name);
  assert.ok(policy, name);
  const random = seededRandom(7);
  return Array.from({ length: times }, (_, turn) => {
    const context: PolicyContext = { nowMs: 0, random, turn };
    const { node: chosen, scores } = policy.choose(given, nodes, context);
    assert.equal(scores.length, nodes.length, 'a score for each candidate');
    return chosen.rank;
  });
}

describe('the choice of', () => {
  test('round robin is each in turn', () => {
    assert.deepEqual(choices('round-robin', [node(0), node(3), node(5)], 5), [0, 3, 5, 0, 3]);
  });

  test('weighted round robin is by weight, evenly spread', () => {
    const nodes = [node(0, { weight: 3 }), node(1, { weight: 1 })];
    assert.deepEqual(choices('weighted-round-robin', nodes, 8), [0, 0, 1, 0, 0, 0, 1, 0]);
  });

  test('random is each about as often', () => {
    const ranks = choices('random', [node(0), node(1)], 1000);
    const share = ranks.filter((rank) => rank === 0).length;
    assert.ok(share > 450 && share < 550, `${share} of 1000`);
  });

  test('power of two choices is the less loaded of two: never the most loaded', () => {
    const ranks = choices('power-of-two-choices', [node(0, { queued: 9 }), node(1), node(2)], 100);
    assert.ok(!ranks.includes(0));
    assert.deepEqual(choices('power-of-two-choices', [node(4)]), [4]);
  });

  test('least load counts tasks for each processor', () => {
    assert.deepEqual(choices('least-load', [node(0, { running: 1 }), node(1, { running: 3, cpus: 4 })]), [1]);
  });

  test('least outstanding work counts time and speed', () => {
    const busy = node(0, { outstandingMs: 15 });
    assert.deepEqual(choices('least-outstanding-work', [busy, node(1, { speed: 0.5 })]), [1]);
    assert.deepEqual(choices('least-outstanding-work', [busy, node(1, { speed: 0.25 })]), [0]);
  });

  test('resource-aware looks at what is declared and what is measured', () => {
    const nodes = [node(0, { cpu: 0.9 }), node(1, { usedMemoryMiB: 950 }), node(2, { cpu: 0.5 })];
    const needs = { ...defaultNeeds, cpus: 0.1, memoryMiB: 40 };
    assert.deepEqual(choices('resource-aware', nodes, 1, task({ needs })), [2]);
  });

  test('locality-aware weighs the way of the arguments against the wait', () => {
    const near = node(0, { outstandingMs: 100 });
    const moving = (bytes: number) => task({ bytesToMove: (rank) => (rank === 0 ? 0 : bytes) });
    assert.deepEqual(choices('locality-aware', [near, node(1)], 1, moving(1e9)), [0]);
    assert.deepEqual(choices('locality-aware', [near, node(1)], 1, moving(1e6)), [1]);
  });
});

/** Makespan of a policy in parts of the lower bound: the whole work evenly spread, or the longest task. */
function makespan(name: string, times: readonly number[], speeds: readonly number[]): number {
  const policy = policyNamed(name);
  assert.ok(policy);
  const options = { mostAttempts: 4, badAfterNodes: 3, speculation: true, grows: false, placementsKept: 10 };
  const simulator = new ClusterSimulator(seededRandom(3), { policy, ...options });
  speeds.forEach((speed, rank) => simulator.join(rank, machine(1), speed));
  times.forEach((ms, id) => {
    const { spec, behavior } = simpleTask(id, ms);
    simulator.submit(spec, behavior);
  });
  simulator.run();
  const work = times.reduce((sum, ms) => sum + ms, 0);
  const fastest = Math.max(...speeds);
  const bound = Math.max(work / speeds.reduce((sum, speed) => sum + speed, 0), Math.max(...times) / fastest);
  return simulator.lastEndMs / bound;
}

describe('a job of 400 tasks on 8 nodes', () => {
  const random = seededRandom(11);
  const equal = Array.from({ length: 400 }, () => 20);
  /** Pareto with shape 1.5: few tasks are most of the work. */
  const heavyTailed = equal.map(() => Math.min(500, 5 / (1 - random()) ** (1 / 1.5)));
  const alike = new Array<number>(8).fill(1);

  test('under work stealing takes at most 1.15 of the lower bound, 1.2 where a node is slow', () => {
    for (const [name, times, speeds, bar] of [
      ['uniform', equal, alike, 1.15],
      ['heavy-tailed', heavyTailed, alike, 1.15],
      ['a slow node', equal, [0.25, ...alike.slice(1)], 1.2],
    ] as const) {
      const ratio = makespan('work-stealing', times, speeds);
      assert.ok(ratio <= bar, `${name}: ${ratio.toFixed(3)}`);
    }
  });

  test('under every policy ends, and no later than on one node', () => {
    for (const name of policyNames) assert.ok(makespan(name, heavyTailed, alike) < 8, name);
  });

  test('round robin waits for a slow node, least outstanding work learns that it is slow', () => {
    const speeds = [0.25, ...alike.slice(1)];
    assert.ok(makespan('round-robin', equal, speeds) > 3);
    assert.ok(makespan('least-outstanding-work', equal, speeds) < 1.6);
  });
});
