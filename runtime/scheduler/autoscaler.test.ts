import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../core/seededRandom';
import {
  autoscale,
  type AutoscaleDecision,
  type AutoscaleSettings,
  type AutoscaleState,
  changedElsewhere,
  type Load,
} from './autoscaler';
import { leastLoad } from './policies/leastLoad';
import { ClusterSimulator } from './testing/clusterSimulator';
import { machine } from './testing/machines';
import { simpleTask } from './testing/workload';

const settings: AutoscaleSettings = { min: 2, max: 8, utilization: 0.8, coolDownMs: 1000 };

/** A driver and some nodes of one processor each. */
const load = (size: number, busyCpus: number, queued: number, part: Partial<Load> = {}): Load => ({
  nowMs: 0,
  size,
  drivers: 1,
  cpus: size - 1,
  busyCpus,
  queued,
  outstandingMs: 1e6,
  ...part,
});

describe('the autoscaler', () => {
  test('has as many nodes as keep their processors busy to the share that is aimed at', () => {
    const decide = (...args: Parameters<typeof load>) =>
      autoscale(settings, changedElsewhere(-1e9, 2), load(...args));
    assert.deepEqual([decide(3, 2, 2).size, decide(2, 1, 3).size], [1 + 5, 1 + 5]);
    assert.equal(
      decide(3, 2, 2).why,
      '2 processors of 2 in use, 2 tasks waiting: 6 nodes needed',
      'what waits counts as load',
    );
    assert.equal(autoscale({ ...settings, utilization: 1 }, changedElsewhere(0, 2), load(2, 1, 3)).size, 5);
    assert.equal(decide(2, 1, 2, { cpus: 4 }).size, 2, 'nodes with four processors');
  });

  test('keeps to its bounds, and says so', () => {
    const grown = autoscale(settings, changedElsewhere(0, 2), load(2, 1, 100));
    assert.equal(grown.size, 8);
    assert.match(grown.why, /: 128 nodes needed, of which the maximum allows 8$/);
    assert.equal(autoscale(settings, changedElsewhere(0, 1), load(1, 0, 0, { cpus: 0 })).size, 2);
    const few = autoscale(settings, changedElsewhere(0, 12), load(12, 11, 50));
    assert.equal(few.size, 8, 'who has more than the maximum does not wait for the cool-down');
  });

  test('starts no node for work that is over before one could help', () => {
    const soon = autoscale(settings, changedElsewhere(0, 3), load(3, 2, 90, { outstandingMs: 400 }));
    assert.deepEqual([soon.size, /all done in 200 ms/.test(soon.why)], [3, true]);
  });

  test('lets nodes go only when fewer have been enough for the whole cool-down', () => {
    let state: AutoscaleState = changedElsewhere(0, 6);
    const at = (nowMs: number, busy: number): AutoscaleDecision => {
      const decision = autoscale(settings, state, load(6, busy, 0, { nowMs }));
      ({ state } = decision);
      return decision;
    };
    assert.match(at(300, 1).why, /3 nodes needed, not yet for 1 s$/);
    assert.equal(at(900, 0).size, 6);
    assert.equal(
      at(1200, 0).size,
      6,
      'the first look, when six were needed, is what the last second began with',
    );
    const first = at(1400, 0);
    assert.deepEqual([first.size, /for 1 s now$/.test(first.why)], [3, true], 'most of the last second');
    assert.equal(at(1950, 0).size, 2);
  });

  test('property: a pause that is shorter than the cool-down costs no node', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(pauses, (gaps) => {
        let state = changedElsewhere(0, 6);
        let nowMs = 0;
        const look = (busy: number) => {
          const decision = autoscale(settings, state, load(6, busy, 0, { nowMs }));
          ({ state } = decision);
          assert.equal(decision.size, 6);
        };
        for (const gap of gaps) {
          look(4);
          for (const endMs = nowMs + gap; nowMs < endMs;) {
            nowMs = Math.min(endMs, nowMs + 100);
            look(nowMs < endMs ? 0 : 4);
          }
          nowMs += 1;
        }
      }),
    );
  });

  test('of a simulated job: it grows to the work, shrinks after it, and all of it is done once', () => {
    for (let seed = 1; seed <= 50; seed += 1) simulate(seed);
  });
});

/** Bursts of tasks on nodes that the autoscaler adds and lets go. */
function simulate(seed: number): void {
  const random = seededRandom(seed);
  const simulator = new ClusterSimulator(random, {
    policy: leastLoad,
    mostAttempts: 4,
    badAfterNodes: 3,
    speculation: false,
    grows: false,
    placementsKept: 10,
  });
  const startMs = 300;
  let state = changedElsewhere(0, 2);
  let [rank, ids, most, changes] = [1, 0, 2, 0];
  let pending = 0;
  simulator.join(rank, machine(1));
  const bursts = 1 + Math.floor(random() * 3);
  for (let burst = 0; burst < bursts; burst += 1) {
    simulator.after(burst * 6000, () => {
      for (let count = 20 + Math.floor(random() * 40); count > 0; count -= 1) {
        const { spec, behavior } = simpleTask((ids += 1), 50 + random() * 100, { expectedMs: 100 });
        simulator.submit(spec, { ...behavior, inline: random() < 0.5 });
      }
    });
  }
  const look = (): void => {
    const nodes = simulator.core.allNodes;
    const sum = (of: (node: (typeof nodes)[number]) => number) =>
      nodes.reduce((all, each) => all + of(each), 0);
    const size = 1 + nodes.filter(({ cordoned }) => !cordoned).length + pending;
    const decision = autoscale(settings, state, {
      nowMs: simulator.nowMs,
      size,
      drivers: 1,
      cpus: sum(({ cpus }) => cpus) + pending,
      busyCpus: sum(({ cpus, freeCpus }) => cpus - freeCpus),
      queued: simulator.core.queued,
      outstandingMs: sum(({ outstandingMs }) => outstandingMs),
    });
    ({ state } = decision);
    most = Math.max(most, decision.size);
    if (decision.size !== size) changes += 1;
    for (let more = decision.size - size; more > 0; more -= 1) {
      pending += 1;
      simulator.after(startMs, () => {
        pending -= 1;
        simulator.join((rank += 1), machine(1));
      });
    }
    for (const { rank: leaving } of nodes
      .filter(({ cordoned }) => !cordoned)
      .slice(0, Math.max(0, size - decision.size)))
      simulator.leave(leaving);
    if (simulator.nowMs < bursts * 6000 + 6000) simulator.after(100, look);
  };
  look();
  simulator.run();
  assert.equal(most, 8, `seed ${seed}`);
  assert.equal(simulator.core.allNodes.length, 1, `seed ${seed}: all but one have left`);
  assert.ok(changes <= 20 * bursts, `seed ${seed}: ${changes} changes`);
  for (let id = 1; id <= ids; id += 1) {
    assert.deepEqual(
      simulator.ends.get(id)?.map(({ type }) => type),
      ['result'],
      `seed ${seed}, task ${id}`,
    );
    assert.equal(simulator.runs.get(id), 1, `seed ${seed}: task ${id} ran again although its node only left`);
  }
}
