import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Envelope, Message } from '../../protocol/envelope';
import { Holding } from './holding';

const message = (source: number, sequence: number): Message => ({
  envelope: { source, sequence } as Envelope,
  payload: { kind: 0, parts: [] },
});
const named = (held: { message: Message } | undefined) =>
  held && [held.message.envelope.source, held.message.envelope.sequence];

describe('messages that may not be seen yet', () => {
  it('of one source in order, whatever their delays; nothing before it is due; nothing lost', () => {
    const sent = fc.array(fc.tuple(fc.nat(2), fc.nat(50), fc.nat(20)), { maxLength: 60 });
    fc.assert(
      fc.property(sent, (all) => {
        const holding = new Holding(3);
        const next = [0, 0, 0];
        const taken: number[][] = [];
        let nowMs = 0;
        const due = new Map<string, number>();
        const look = () => {
          for (let held = holding.take(nowMs); held; held = holding.take(nowMs)) {
            const [source, sequence] = named(held) as [number, number];
            assert.ok((due.get(`${source} ${sequence}`) ?? Infinity) <= nowMs, 'not before it is due');
            taken.push([source, sequence]);
          }
        };
        const counts = [0, 0, 0];
        for (const [source, delay, pause] of all) {
          const sequence = counts[source] as number;
          counts[source] = sequence + 1;
          due.set(`${source} ${sequence}`, nowMs + delay);
          holding.hold(
            { message: message(source, sequence), dueMs: nowMs + delay, unnumbered: false },
            false,
          );
          nowMs += pause;
          look();
        }
        nowMs += 100;
        look();
        for (const [source, sequence] of taken as [number, number][]) {
          assert.equal(sequence, next[source]);
          next[source] = sequence + 1;
        }
        assert.equal(taken.length, all.length);
        assert.ok(holding.isEmpty && holding.nextMs === Infinity);
      }),
    );
  });

  it('loose ones come when they are due, and overtake others', () => {
    const holding = new Holding(1);
    for (const [sequence, dueMs] of [30, 10, 20].entries())
      holding.hold({ message: message(0, sequence), dueMs, unnumbered: true }, true);
    assert.equal(holding.nextMs, 10);
    assert.deepEqual(
      [25, 25, 25, 30].map((now) => named(holding.take(now))?.[1]),
      [1, 2, undefined, 0],
    );
  });

  it('behind a cut they wait, in order, until it is healed', () => {
    const holding = new Holding(2);
    holding.cut(0, true);
    for (const sequence of [0, 1])
      holding.hold({ message: message(0, sequence), dueMs: 5, unnumbered: false }, false);
    holding.hold({ message: message(1, 0), dueMs: 7, unnumbered: false }, false);
    assert.deepEqual([holding.cutOff(0), holding.cutOff(1), holding.nextMs], [2, 0, 7]);
    assert.deepEqual([named(holding.take(9)), holding.take(9)], [[1, 0], undefined]);
    holding.cut(0, false);
    assert.deepEqual(
      [0, 0].map(() => named(holding.take(9))),
      [
        [0, 0],
        [0, 1],
      ],
    );
  });
});
