import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkFault, checkRanks } from '../../core/faultPlan';
import { nemesisFaults } from '../../protocol/faults';
import { nemesisSteps } from './nemesis';

describe('a nemesis', () => {
  it('does the same for the same seed, and only what can be done in a job of its size', () => {
    const some = fc.subarray([...nemesisFaults], { minLength: 1 });
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), some, fc.nat(8), (seed, size, faults, spare) => {
        const draw = () => [...nemesisSteps({ faults, everyMs: 500, count: 20, spare }, seed, size)];
        const steps = draw();
        assert.deepEqual(steps, draw());
        for (const { fault, afterMs, forMs } of steps) {
          checkRanks(checkFault(fault), size);
          assert.ok((faults as string[]).includes(fault.fault));
          assert.ok(afterMs >= 250 && afterMs <= 750 && forMs >= 0 && forMs <= 500);
          if ('node' in fault) assert.notEqual(fault.node, spare);
          if (fault.fault === 'cut') {
            const [one, other] = fault.sides as [number[], number[]];
            assert.ok(one.length > 0 && other.length > 0);
            assert.equal(new Set([...one, ...other]).size, size);
          }
        }
      }),
    );
  });
});
