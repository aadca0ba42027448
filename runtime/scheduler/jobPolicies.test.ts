import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../core/seededRandom';
import type { Policy, SchedulerEvent } from './model';
import { policyNamed } from './policies';
import { ClusterSimulator } from './testing/clusterSimulator';
import { machine } from './testing/machines';
import { simpleTask } from './testing/workload';

/** Sends everything to one node, and moves nothing by itself. */
const to = (rank: number): Policy => ({
  name: `to ${rank}`,
  scoreMeaning: 'none',
  order: 'arrival',
  rebalances: false,
  choose: (_, nodes) => ({ node: nodes.find((node) => node.rank === rank) ?? nodes[0]!, scores: [] }),
});
const named = (name: string): Policy => policyNamed(name) ?? assert.fail(name);

function cluster(policy: Policy, nodes = 2): ClusterSimulator {
  const options = {
    mostAttempts: 4,
    badAfterNodes: 3,
    speculation: false,
    grows: false,
    placementsKept: 100,
  };
  const simulator = new ClusterSimulator(seededRandom(1), { policy, ...options });
  for (let rank = 0; rank < nodes; rank += 1) simulator.join(rank, machine(1));
  return simulator;
}

/** Hands in so many tasks of 10 ms of a job, with these ids. */
function submit(simulator: ClusterSimulator, job: string, ...ids: number[]): void {
  for (const id of ids) {
    const { spec, behavior } = simpleTask(id, 10, { job, expectedMs: 10 });
    simulator.submit(spec, behavior);
  }
}

/** Where a task was placed last, and by which policy. */
function lastOf({ core }: ClusterSimulator, task: number): [number | undefined, string | undefined] {
  const last = core.placementsOf(task).at(-1);
  return [last?.rank, last?.policy];
}

describe('a policy of a job', () => {
  test('places its tasks; those of others go by the one of all', () => {
    const simulator = cluster(to(0));
    simulator.handle({ type: 'jobPolicy', job: 'own', policy: to(1) });
    submit(simulator, 'own', 1, 2);
    submit(simulator, 'other', 3, 4);
    assert.deepEqual(
      [1, 2].map((id) => lastOf(simulator, id)),
      [
        [1, 'to 1'],
        [1, 'to 1'],
      ],
    );
    assert.deepEqual(
      [3, 4].map((id) => lastOf(simulator, id)),
      [
        [0, 'to 0'],
        [0, 'to 0'],
      ],
    );
    const names = (...jobs: (string | undefined)[]) => jobs.map((job) => simulator.core.policyOf(job).name);
    assert.deepEqual(names('own', 'other', undefined), ['to 1', 'to 0', 'to 0']);
    simulator.run();
    assert.equal(simulator.ends.size, 4);
  });

  test('is switched while tasks wait: they move, those of others stay', () => {
    const simulator = cluster(to(0), 3);
    submit(simulator, 'own', 1, 2, 3);
    submit(simulator, 'other', 4, 5);
    const after = (event: SchedulerEvent): (number | undefined)[] => {
      simulator.handle(event);
      return [2, 3, 4, 5].map((id) => lastOf(simulator, id)[0]);
    };
    assert.deepEqual(after({ type: 'jobPolicy', job: 'own', policy: to(1) }), [1, 1, 0, 0]);
    // Task 2 runs on node 1 by now: it stays.
    assert.deepEqual(after({ type: 'policy', policy: to(2) }), [1, 1, 2, 2]);
    assert.deepEqual(after({ type: 'jobPolicy', job: 'own', policy: undefined }), [1, 2, 2, 2]);
    assert.equal(simulator.core.placementsOf(3).at(-1)?.reason, 'moved');
    simulator.run();
    assert.equal(simulator.ends.size, 5);
  });

  test('has its order, beside another in the same queue', () => {
    const simulator = cluster(to(0), 1);
    simulator.handle({ type: 'jobPolicy', job: 'short', policy: named('shortest-first') });
    submit(simulator, 'long', 1);
    for (const [id, ms] of [
      [2, 90],
      [3, 10],
      [4, 50],
    ] as const) {
      const { spec, behavior } = simpleTask(id, ms, { job: 'short', expectedMs: ms });
      simulator.submit(spec, behavior);
    }
    submit(simulator, 'long', 5);
    simulator.run();
    const order = [...simulator.ends.keys()];
    assert.deepEqual(
      order.filter((id) => id > 1 && id < 5),
      [3, 4, 2],
    );
    assert.deepEqual(
      order.filter((id) => id === 1 || id === 5),
      [1, 5],
    );
  });

  test('lets nodes steal its tasks, and no other', () => {
    const simulator = cluster(to(0));
    const stealing = { ...named('work-stealing'), choose: to(0).choose };
    simulator.handle({ type: 'jobPolicy', job: 'own', policy: stealing });
    simulator.handle({ type: 'jobPolicy', job: 'first', policy: to(1) });
    submit(simulator, 'first', 0);
    submit(simulator, 'other', 1, 2, 3, 4, 5, 6);
    submit(simulator, 'own', 7, 8, 9);
    simulator.run();
    const stolen = (id: number) => simulator.core.placementsOf(id).some(({ reason }) => reason === 'stolen');
    assert.ok([7, 8, 9].some(stolen));
    assert.deepEqual([1, 2, 3, 4, 5, 6].filter(stolen), []);
    assert.equal(simulator.ends.size, 10);
  });

  test('goes with the job', () => {
    const { core } = cluster(to(0));
    core.handle({ type: 'jobPolicy', job: 'own', policy: to(1) }, 0);
    core.handle({ type: 'jobClosed', job: 'own' }, 0);
    assert.equal(core.policyOf('own').name, 'to 0');
  });
});
