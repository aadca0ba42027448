import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultNeeds } from './model';
import { leastLoad } from './policies/leastLoad';
import { leastOutstandingWork } from './policies/leastOutstandingWork';
import type { SchedulerOptions } from './schedulerOptions';
import { ClusterSimulator } from './testing/clusterSimulator';
import { machine } from './testing/machines';
import { seededRandom } from '../core/seededRandom';
import { type SimulatedTask, simpleTask } from './testing/workload';

function cluster(nodes: number, options: Partial<SchedulerOptions> = {}): ClusterSimulator {
  const simulator = new ClusterSimulator(seededRandom(1), {
    policy: leastLoad,
    mostAttempts: 4,
    badAfterNodes: 3,
    speculation: false,
    grows: false,
    placementsKept: 100,
    ...options,
  });
  for (let rank = 0; rank < nodes; rank += 1) simulator.join(rank, machine(1));
  return simulator;
}

const submit = (simulator: ClusterSimulator, ...tasks: SimulatedTask[]) => {
  for (const { spec, behavior } of tasks) simulator.submit(spec, behavior);
};

/** The tasks in the order in which they ended. */
const order = (simulator: ClusterSimulator) => [...simulator.ends.keys()];

/** Why a task failed. */
function failureOf(simulator: ClusterSimulator, task: number) {
  const [end, ...more] = simulator.ends.get(task) ?? [];
  assert.deepEqual(more, []);
  assert.equal(end?.type, 'failed');
  return end.failure;
}

describe('a task that fails', () => {
  test('is tried again as often as it may be, after pauses that double', () => {
    const simulator = cluster(1);
    const task = simpleTask(1, 10, { retries: 3, backoffMs: 100 });
    task.behavior.errorsLeft = 3;
    submit(simulator, task);
    simulator.run();
    assert.equal(simulator.runs.get(1), 4);
    assert.equal(simulator.ends.get(1)?.[0]?.type, 'result');
    assert.ok(simulator.nowMs > 4 * 10 + 100 + 200 + 400, `${simulator.nowMs} ms`);
  });

  test('begins anew when it is asked to, and then what failed because of it', () => {
    const simulator = cluster(2);
    const bad = simpleTask(1, 1);
    bad.behavior.errorsLeft = 1;
    submit(simulator, bad, simpleTask(2, 1, { dependencies: [1] }), simpleTask(3, 1));
    simulator.run();
    const { core } = simulator;
    const { failed, done, total } = core.census(bad.spec.job);
    assert.deepEqual([failed, done, total], [2, 1, 3]);
    assert.equal(core.retryObstacle(2), '#1, whose result it takes, has failed');
    assert.equal(core.retryObstacle(3), 'it has not failed');
    assert.equal(core.retryObstacle(4), 'the program has let go of it');
    assert.equal(core.retryObstacle(1), undefined);
    simulator.ends.clear();
    simulator.handle({ type: 'retry', task: 1 });
    simulator.handle({ type: 'retry', task: 2 });
    simulator.run();
    assert.deepEqual(order(simulator), [1, 2]);
    assert.deepEqual(
      [1, 2].map((id) => simulator.ends.get(id)?.[0]?.type),
      ['result', 'result'],
    );
    assert.equal(core.census(bad.spec.job).done, 3);
  });

  test('fails whatever takes its result, and names the first cause', () => {
    const simulator = cluster(2);
    const bad = simpleTask(1, 1);
    bad.behavior.errorsLeft = 1;
    submit(simulator, bad, simpleTask(2, 1, { dependencies: [1] }), simpleTask(3, 1, { dependencies: [2] }));
    simulator.run();
    assert.deepEqual(failureOf(simulator, 1), { cause: 'error', message: 'as told' });
    assert.equal(failureOf(simulator, 2).origin, 1);
    assert.deepEqual(failureOf(simulator, 3), {
      cause: 'dependency',
      origin: 1,
      message: 'it takes the result of work: it takes the result of work: as told',
    });
    submit(simulator, simpleTask(4, 1, { dependencies: [3] }));
    assert.equal(failureOf(simulator, 4).cause, 'dependency');
  });

  test('by its timeout leaves its node to be freed', () => {
    const simulator = cluster(1);
    submit(simulator, simpleTask(1, 1000, { timeoutMs: 50 }), simpleTask(2, 1));
    simulator.run();
    assert.deepEqual(failureOf(simulator, 1), { cause: 'timeout', message: 'it ran for longer than 50 ms' });
    assert.equal(simulator.ends.get(2)?.[0]?.type, 'result');
  });

  test('because it fits nowhere is told at once, with what each node lacks', () => {
    const simulator = cluster(1);
    simulator.join(1, machine(4, { labels: ['gpu'] }));
    submit(simulator, simpleTask(1, 1, { needs: { ...defaultNeeds, cpus: 2, custom: { disks: 1 } } }));
    assert.deepEqual(failureOf(simulator, 1), {
      cause: 'cannotFit',
      message: 'node 0: it has 1 cpus; node 1: it has 0 disks',
    });
    submit(simulator, simpleTask(2, 1, { needs: { ...defaultNeeds, labels: ['gpu'] } }));
    simulator.run();
    assert.equal(simulator.core.placementsOf(2)[0]?.rank, 1);
  });

  test('by killing three nodes is named bad, and fails alone', () => {
    const simulator = cluster(5);
    const killer = simpleTask(1, 5);
    killer.behavior.kills = true;
    submit(simulator, killer, ...Array.from({ length: 20 }, (_, index) => simpleTask(2 + index, 5)));
    simulator.run();
    assert.equal(failureOf(simulator, 1).cause, 'bad');
    assert.equal(simulator.runs.get(1), 3);
    for (let id = 2; id < 22; id += 1) assert.equal(simulator.ends.get(id)?.[0]?.type, 'result');
  });

  test('because the last node is gone says so, also where it is handed in later', () => {
    const simulator = cluster(1);
    submit(simulator, simpleTask(1, 100), simpleTask(2, 1, { dependencies: [1] }));
    simulator.after(10, () => simulator.crash(0));
    simulator.run();
    assert.equal(failureOf(simulator, 1).cause, 'noNodes');
    assert.equal(failureOf(simulator, 2).origin, 1);
    submit(simulator, simpleTask(3, 1));
    assert.equal(failureOf(simulator, 3).cause, 'noNodes');
    simulator.join(1, machine(1));
    submit(simulator, simpleTask(4, 1));
    simulator.run();
    assert.equal(simulator.ends.get(4)?.[0]?.type, 'result');
  });

  test('by losing four nodes that were taken away from it says so', () => {
    const simulator = cluster(1);
    submit(simulator, simpleTask(1, 1000));
    for (let rank = 0; rank < 4; rank += 1) {
      simulator.after(100 * (rank + 1), () => {
        simulator.silence(rank);
        simulator.join(rank + 1, machine(1));
      });
    }
    simulator.run();
    assert.equal(failureOf(simulator, 1).cause, 'interrupted');
  });
});

describe('the order', () => {
  test('is by priority, then as they came', () => {
    const simulator = cluster(0);
    submit(
      simulator,
      ...[0, 0, 5, 1, 5].map((priority, id) => simpleTask(id, 10, { priority, expectedMs: 10 })),
    );
    simulator.join(0, machine(1));
    simulator.run();
    assert.deepEqual(order(simulator), [2, 4, 3, 0, 1]);
  });

  test('shares a node between jobs by their weights', () => {
    const simulator = cluster(0);
    simulator.handle({ type: 'jobOpened', job: 'a', share: { weight: 3, quotaCpus: Infinity } });
    simulator.handle({ type: 'jobOpened', job: 'b', share: { weight: 1, quotaCpus: Infinity } });
    const jobs = Array.from({ length: 80 }, (_, id) => (id < 40 ? 'a' : 'b'));
    submit(simulator, ...jobs.map((job, id) => simpleTask(id, 10, { job, expectedMs: 10 })));
    simulator.join(0, machine(1));
    simulator.run();
    const first = order(simulator).slice(0, 40);
    assert.equal(first.filter((id) => jobs[id] === 'a').length, 30);
  });

  test('holds a job to its quota, also while processors are free', () => {
    const simulator = cluster(0);
    simulator.handle({ type: 'jobOpened', job: 'job', share: { weight: 1, quotaCpus: 2 } });
    submit(simulator, ...Array.from({ length: 8 }, (_, id) => simpleTask(id, 10)));
    simulator.join(0, machine(8));
    simulator.run();
    assert.equal(simulator.nodes.get(0)?.mostCpus, 2);
    assert.equal(simulator.ends.size, 8);
  });
});

describe('while a job runs', () => {
  test('a node that joins is given of what waits', () => {
    const simulator = cluster(1);
    submit(simulator, ...Array.from({ length: 40 }, (_, id) => simpleTask(id, 10, { expectedMs: 10 })));
    simulator.after(50, () => simulator.join(1, machine(1)));
    simulator.run();
    assert.ok(simulator.lastEndMs < 260, `${simulator.lastEndMs} ms, and 400 on one node`);
  });

  test('a node that falls behind is relieved', () => {
    const simulator = cluster(0, { policy: leastOutstandingWork });
    simulator.join(0, machine(1), 0.1);
    simulator.join(1, machine(1));
    submit(simulator, ...Array.from({ length: 60 }, (_, id) => simpleTask(id, 10)));
    simulator.run();
    assert.ok(
      simulator.nowMs < 800,
      `${simulator.nowMs} ms, and 3000 if half of it stays with the slow node`,
    );
    assert.ok(
      simulator.core.newestPlacements(100).some(({ reason, from }) => reason === 'moved' && from === 0),
    );
  });

  test('a late task is copied to a node that has nothing to do, and the first result counts', () => {
    const simulator = cluster(0, { speculation: true });
    simulator.join(0, machine(1));
    simulator.join(1, machine(1));
    submit(simulator, ...Array.from({ length: 20 }, (_, id) => simpleTask(id, 10)));
    simulator.run();
    const slow = simpleTask(20, 10);
    slow.behavior.ms = 5000;
    submit(simulator, slow);
    simulator.after(50, () => (slow.behavior.ms = 10));
    simulator.run();
    assert.equal(simulator.runs.get(20), 2);
    assert.equal(simulator.ends.get(20)?.length, 1);
    assert.equal(simulator.core.placementsOf(20).at(-1)?.reason, 'copied');
  });

  test('a cordoned node takes nothing new, and is drained when its last task has ended', () => {
    const simulator = cluster(2);
    submit(simulator, ...Array.from({ length: 10 }, (_, id) => simpleTask(id, 10, { expectedMs: 10 })));
    const actions = simulator.core.handle({ type: 'cordon', rank: 0 }, simulator.nowMs);
    assert.ok(!actions.some(({ type }) => type === 'drained'));
    simulator.run();
    assert.equal(simulator.ends.size, 10);
    const moved = simulator.core.newestPlacements(100).filter(({ reason }) => reason === 'moved');
    assert.deepEqual([...new Set(moved.map(({ rank, from }) => `${from} to ${rank}`))], ['0 to 1']);
  });

  test('who is sent away leaves its results with the driver, and nothing runs again', () => {
    const simulator = cluster(2);
    const large = [1, 2, 3, 4].map((id) => simpleTask(id, 10));
    for (const { behavior } of large) behavior.inline = false;
    submit(simulator, ...large);
    simulator.run();
    simulator.leave(0);
    simulator.run();
    assert.equal(simulator.core.node(0), undefined);
    submit(simulator, simpleTask(5, 10, { dependencies: [1, 2, 3, 4] }));
    simulator.run();
    assert.equal(simulator.ends.get(5)?.[0]?.type, 'result');
    assert.deepEqual([...simulator.runs.values()], [1, 1, 1, 1, 1]);
    simulator.crash(1);
    simulator.run();
    assert.deepEqual([...simulator.runs.values()], [1, 1, 1, 1, 1], 'what was moved is not lost any more');
  });

  test('where nodes are expected, tasks wait for them although none is left', () => {
    const simulator = cluster(1);
    simulator.handle({ type: 'nodesExpected', expected: true });
    submit(simulator, simpleTask(1, 10));
    simulator.crash(0);
    simulator.run();
    assert.equal(simulator.ends.get(1), undefined);
    simulator.join(1, machine(1));
    simulator.run();
    assert.equal(simulator.ends.get(1)?.[0]?.type, 'result');

    submit(simulator, simpleTask(2, 10));
    simulator.crash(1);
    simulator.run();
    simulator.handle({ type: 'nodesExpected', expected: false });
    simulator.run();
    assert.equal(failureOf(simulator, 2).cause, 'noNodes', 'and fail once none will come');
  });

  test('each placement can be asked for, with candidates and scores', () => {
    const simulator = cluster(3);
    submit(simulator, simpleTask(1, 10), simpleTask(2, 10));
    assert.deepEqual(simulator.core.placementsOf(2), [
      {
        task: 2,
        atMs: 0,
        policy: 'least-load',
        rank: 1,
        reason: 'placed',
        candidates: [
          { rank: 0, score: 1 },
          { rank: 1, score: 0 },
          { rank: 2, score: 0 },
        ],
      },
    ]);
  });
});
