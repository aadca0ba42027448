import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Barrier } from './barrier';

test('a barrier opens exactly when every awaited node has arrived, and starts anew', () => {
  const event = fc.record({ rank: fc.nat(4), what: fc.constantFrom('arrive', 'leave', 'end') });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const barrier = new Barrier();
      const live = new Set([0, 1, 2, 3, 4]);
      const inside = new Set<number>();
      for (const { rank, what } of events) {
        if (!live.has(rank)) continue;
        if (what === 'arrive') {
          inside.add(rank);
          barrier.arrive(rank);
        } else {
          inside.delete(rank);
          barrier.leave(rank);
          if (what === 'end') live.delete(rank);
        }
        const opened = barrier.open(live);
        const complete = inside.size > 0 && [...live].every((each) => inside.has(each));
        assert.deepEqual(opened, complete ? [...inside].sort() : []);
        if (complete) inside.clear();
        assert.equal(barrier.held, inside.size);
      }
    }),
  );
});
