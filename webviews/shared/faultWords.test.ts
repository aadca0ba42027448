import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LastingFault } from '../../runtime/protocol/faults';
import { edgeFault, nodeFaultWords } from './faultWords';

describe('faults in words', () => {
  const wordsOf = (rank: number, ...active: LastingFault[]) => nodeFaultWords(active, rank, 4).join(', ');

  it('say of a node what goes wrong with it', () => {
    assert.equal(wordsOf(1, { fault: 'stop', node: 1 }, { fault: 'slow', node: 2, share: 0.1 }), 'stopped');
    assert.equal(wordsOf(2, { fault: 'slow', node: 2, share: 0.1 }), 'slowed to 10 %');
    assert.equal(
      wordsOf(1, { fault: 'delay', ms: 20, from: 1 }, { fault: 'delay', ms: 20, to: 1 }),
      '20 ms late',
    );
    assert.equal(wordsOf(1, { fault: 'delay', ms: 20, to: 1 }), '20 ms late (incoming)');
    assert.equal(wordsOf(0, { fault: 'loss', rate: 0.1, raw: true }), 'loses 10 % for good');
    assert.equal(wordsOf(0, { fault: 'loss', rate: 0.1, from: 3 }), '');
  });

  it('say of a cut what a node of it cannot reach', () => {
    const halves: LastingFault = {
      fault: 'cut',
      sides: [
        [0, 1],
        [2, 3],
      ],
    };
    assert.equal(wordsOf(0, halves), 'cut from nodes 2, 3');
    assert.equal(wordsOf(3, { fault: 'cut', sides: [3, [0, 1, 2]] }), 'cut off');
    assert.equal(wordsOf(1, { fault: 'cut', sides: [3, [0, 1, 2]] }), 'cut from node 3');
  });

  it('say of a way all that is wrong with it; a cut is enough, and the latest of a kind counts', () => {
    const active: LastingFault[] = [
      { fault: 'delay', ms: 5 },
      { fault: 'delay', ms: 20, from: 0 },
      { fault: 'loss', rate: 0.3, to: [1, 2] },
      { fault: 'cut', sides: [0, 3], oneWay: true },
    ];
    assert.deepEqual(edgeFault(active, 0, 1), { cut: false, words: '20 ms late, loses 30 %' });
    assert.deepEqual(edgeFault(active, 1, 0), { cut: false, words: '5 ms late' });
    assert.deepEqual(edgeFault(active, 0, 3), { cut: true, words: 'cut' });
    assert.deepEqual(edgeFault(active, 3, 0), { cut: false, words: '5 ms late' });
    assert.equal(edgeFault(active.slice(1), 1, 0), undefined);
  });
});
