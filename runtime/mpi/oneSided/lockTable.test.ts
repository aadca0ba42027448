import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LockTable } from './lockTable';

const size = 4;
const newTable = () => new LockTable(new ArrayBuffer(LockTable.bytes(size)), size);

describe('the lock of a part', () => {
  test('one holds it exclusively, or many shared; who waits is told once', () => {
    const table = newTable();
    assert.ok(table.tryLock(0, false) && table.tryLock(3, false));
    assert.deepEqual(table.holders(), [0, 3]);
    assert.ok(!table.tryLock(1, true));
    table.await(1);
    assert.deepEqual(table.unlock(0), [1]);
    assert.deepEqual(table.unlock(3), []);
    assert.ok(table.tryLock(1, true) && !table.tryLock(0, false));
    assert.deepEqual(table.holders(), [1]);
  });

  test('any sequence of tries agrees with a simple model', () => {
    const step = fc.record({ rank: fc.nat(size - 1), exclusive: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = newTable();
        const held = new Map<number, boolean>();
        const waiting = new Set<number>();
        for (const { rank, exclusive } of steps) {
          if (held.has(rank)) {
            held.delete(rank);
            assert.deepEqual(table.unlock(rank), [...waiting].sort());
            waiting.clear();
          } else {
            const free = exclusive ? held.size === 0 : ![...held.values()].includes(true);
            assert.equal(table.tryLock(rank, exclusive), free);
            if (free) {
              held.set(rank, exclusive);
              waiting.delete(rank);
            } else {
              table.await(rank);
              waiting.add(rank);
            }
          }
          assert.deepEqual(table.holders(), [...held.keys()].sort());
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('what a node has guarded that died is taken from it', () => {
    const table = newTable();
    const never = () => false;
    table.guarded(2, never, () => {
      // Rank 2 dies in here; the others find its number, and that it is gone.
      assert.equal(
        table.guarded(
          0,
          (rank) => rank === 2,
          () => 'in',
        ),
        'in',
      );
    });
    assert.equal(
      table.guarded(1, never, () => 'in'),
      'in',
    );
  });
});
