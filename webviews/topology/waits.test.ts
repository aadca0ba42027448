import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noFaults } from '../../runtime/protocol/faultHistory';
import fc from 'fast-check';
import type { JobInfo } from '../../runtime/protocol/job';
import type { NodeState, Wait } from '../../runtime/protocol/node';
import type { JobView, NodeView } from '../shared/jobs';
import { circularWaits, describeCircle, drawnAfterMs, waitArrows } from './waits';

const receiving = (peer: number): Wait => ({ operation: 'recv', communicator: 'world', peer, tag: 7 });

function view(
  peers: (number | undefined)[],
  state: NodeState = 'blocked',
  job: Partial<JobInfo> = {},
): JobView {
  const nodes = peers.map((peer, rank): NodeView => {
    const wait = peer === undefined ? undefined : receiving(peer);
    const blocked = state === 'blocked' && wait !== undefined;
    return {
      info: {
        job: 'job-1',
        rank,
        state: blocked ? 'blocked' : state === 'blocked' ? 'running' : state,
        host: '',
        pid: 1,
        epoch: 1,
        wait: blocked ? wait : undefined,
      },
      sinceMs: 0,
      lastWait: blocked ? undefined : wait,
    };
  });
  const info: JobInfo = {
    id: 'job-1',
    program: 'p.ts',
    cluster: 'local',
    size: peers.length,
    state: 'running',
    startedAtMs: 0,
    transport: 'socket',
    debugged: false,
    ...job,
  };
  return { job: info, nodes, faults: noFaults };
}

test('a wait for one node is an arrow, a wait for any is none', () => {
  assert.deepEqual(
    waitArrows(view([1, -1, undefined]), 1000).map(({ from, to, circular }) => [from, to, circular]),
    [[0, 1, false]],
  );
});

test('a short wait is not drawn', () => {
  assert.deepEqual(waitArrows(view([1, undefined]), drawnAfterMs - 1), []);
});

test('nodes that wait in a circle are marked, those that wait for the circle are not', () => {
  assert.deepEqual(
    waitArrows(view([1, 2, 0, 0]), 1000).map(({ circular }) => circular),
    [true, true, true, false],
  );
});

test('two nodes that wait for each other know it', () => {
  assert.deepEqual(
    waitArrows(view([1, 0, 0]), 1000).map(({ mutual }) => mutual),
    [true, true, false],
  );
});

test('a job that failed by deadlock still shows what its nodes waited for; another failure does not', () => {
  const error = (code: 'deadlock' | 'programFailed') => ({
    state: 'failed' as const,
    failure: { error: { code, message: '', data: {} } },
  });
  assert.equal(waitArrows(view([1, 0], 'dead', error('deadlock')), 0).length, 2);
  assert.equal(waitArrows(view([1, 0], 'dead', error('programFailed')), 0).length, 0);
});

test('circles are found as following every arrow long enough finds them', () => {
  const graphs = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc.array(fc.option(fc.nat(size - 1), { nil: undefined }), { minLength: size, maxLength: size }),
    );
  fc.assert(
    fc.property(graphs, (next) => {
      const arrows = next.flatMap((to, from) => (to === undefined ? [] : [{ from, to }]));
      const found = circularWaits(arrows);
      const members = new Set(found.flat());
      for (const [rank] of next.entries()) {
        let at: number | undefined = rank;
        let back = false;
        for (let step = 0; step < next.length && at !== undefined; step += 1) {
          at = next[at];
          back ||= at === rank;
        }
        assert.equal(members.has(rank), back, `rank ${rank} of ${JSON.stringify(next)}`);
      }
      for (const circle of found) {
        assert.equal(circle[0], Math.min(...circle));
        circle.forEach((rank, index) => assert.equal(next[rank], circle[(index + 1) % circle.length]));
      }
    }),
  );
});

test('a circle is said from its lowest rank back to it, a long one cut', () => {
  assert.equal(describeCircle([0, 1, 2]), '0 → 1 → 2 → 0');
  assert.equal(
    describeCircle(Array.from({ length: 64 }, (_, rank) => rank)),
    '0 → 1 → 2 → 3 → 4 → 5 → … → 62 → 63 → 0',
  );
});
