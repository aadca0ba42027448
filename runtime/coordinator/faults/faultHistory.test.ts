import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FakeClock } from '../../core/testing/fakeClock';
import { historyAfter, isSameFault, noFaults, withoutNode } from '../../protocol/faultHistory';
import { describeFault, type Fault, type LastingFault } from '../../protocol/faults';
import { JobFaults } from './jobFaults';

const nodeFault = (fault: 'stop' | 'continue' | 'kill') =>
  fc.integer({ min: 0, max: 3 }).map((node): Fault => ({ fault, node }));
const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  nodeFault('stop'),
  nodeFault('continue'),
  nodeFault('kill'),
  fc.constant<Fault>({ fault: 'slow', node: 1, share: 0.1 }),
  fc.constant<Fault>({ fault: 'delay', ms: 5 }),
  fc.constant<Fault>({ fault: 'loss', rate: 0.1, from: 1 }),
  fc.constant<Fault>({ fault: 'cut', sides: [0, [2, 3]] }),
  fc.constant<Fault>({ fault: 'heal' }),
);

describe('the history of faults', () => {
  it('told by records alone, has in force what the coordinator has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyFault, fc.boolean()), { maxLength: 30 }), async (asked) => {
        let seen = noFaults;
        const clock = new FakeClock();
        const faults: JobFaults = new JobFaults(
          {
            size: 4,
            clock,
            monotonicMs: () => clock.nowMs(),
            tell: async () => undefined,
            kill: (rank) => {
              faults.died(rank);
              seen = withoutNode(seen, rank);
            },
            throttle: () => true,
            lost: () => [],
            happened: (record) => (seen = historyAfter(seen, record)),
          },
          undefined,
        );
        faults.begin();
        for (const [fault, ends] of asked) {
          if (ends && fault.fault !== 'heal') await faults.endFault(fault, 'client');
          else await faults.inject(fault, 'client');
          assert.deepEqual(seen.active.map(describeFault), faults.report().active.map(describeFault));
        }
        assert.deepEqual(seen.records, faults.report().records);
      }),
    );
  });

  it('tells faults apart by all that they say, in whatever order', () => {
    const cut: LastingFault = { fault: 'cut', sides: [0, [1, 2]] };
    assert.ok(isSameFault(cut, { sides: [0, [1, 2]], fault: 'cut', raw: undefined }));
    assert.ok(!isSameFault(cut, { ...cut, oneWay: true }));
    assert.ok(!isSameFault({ fault: 'reorder', rate: 0.1, ms: 5 }, { fault: 'reorder', rate: 0.1, ms: 6 }));
  });
});
