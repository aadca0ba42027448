import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Quiescence } from '../protocol/agentLink';
import type { Wait } from '../protocol/node';
import { type Standing, standings, stuckNodes } from './deadlock';

const waitFor = (peer: number): Standing => ({
  wait: { operation: 'recv', communicator: 'world', peer, tag: 0 },
});
const waitForSome = (needs: 'all' | 'any', ...waitsFor: number[]): Standing => ({
  wait: { operation: 'waitAll', communicator: 'world', needs, waitsFor, requests: [], open: waitsFor.length },
});

describe('stuck nodes', () => {
  const cases: [what: string, nodes: Standing[], stuck: number[]][] = [
    ['a circle', [waitFor(1), waitFor(2), waitFor(0)], [0, 1, 2]],
    ['a circle among some, while another goes on', [waitFor(1), waitFor(0), 'going'], [0, 1]],
    ['who waits for a circle', [waitFor(1), waitFor(0), waitFor(1), 'going'], [0, 1, 2]],
    ['a chain that ends at a node that goes on', [waitFor(1), waitFor(2), 'going'], []],
    ['a node that waits for one that has ended', ['ended', waitFor(0), 'going'], [1]],
    ['a node that waits for itself', [waitFor(0), 'going'], [0]],
    ['any source, and one goes on', [waitFor(-1), waitFor(0), 'going'], []],
    ['any source, and all others wait or have ended', [waitFor(-1), waitFor(0), 'ended'], [0, 1]],
    ['any source, alone', [waitFor(-1)], [0]],
    ['all of several, one in a circle', [waitForSome('all', 1, 2), waitFor(0), 'going'], [0, 1]],
    ['any of several, one goes on', [waitForSome('any', 1, 2), waitFor(0), 'going'], []],
    ['any of several, none goes on', [waitForSome('any', 1, 2), waitFor(0), 'ended'], [0, 1]],
    ['nobody waits', ['going', 'ended'], []],
    ['all have ended', ['ended', 'ended'], []],
  ];
  for (const [what, nodes, stuck] of cases) {
    test(what, () => assert.deepEqual(stuckNodes(nodes), stuck));
  }

  test('are the largest set in which nobody can be helped', () => {
    const size = 5;
    const rank = fc.integer({ min: -1, max: size - 1 });
    const standing: fc.Arbitrary<Standing> = fc.oneof(
      fc.constantFrom<Standing>('going', 'ended'),
      rank.map(waitFor),
      fc
        .tuple(fc.constantFrom<'all' | 'any'>('all', 'any'), fc.uniqueArray(rank, { minLength: 1 }))
        .map(([needs, peers]) => waitForSome(needs, ...peers)),
    );
    const isStable = (nodes: readonly Standing[], set: readonly number[]): boolean =>
      set.every((each) => {
        const { wait } = nodes[each] as { wait: Wait };
        const isGone = (peer: number): boolean => set.includes(peer) || nodes[peer] === 'ended';
        const peers = wait.waitsFor ?? [wait.peer as number];
        const cannot = (peer: number): boolean =>
          peer >= 0 ? isGone(peer) : nodes.every((_, other) => other === each || isGone(other));
        return wait.needs === 'any' ? peers.every(cannot) : peers.some(cannot);
      });
    fc.assert(
      fc.property(fc.array(standing, { minLength: size, maxLength: size }), (nodes) => {
        const blocked = [...nodes.keys()].filter((each) => typeof nodes[each] !== 'string');
        let largest: number[] = [];
        for (let bits = 0; bits < 2 ** blocked.length; bits += 1) {
          const set = blocked.filter((_, i) => bits & (1 << i));
          if (set.length > largest.length && isStable(nodes, set)) largest = set;
        }
        assert.deepEqual(stuckNodes(nodes), largest);
      }),
      { numRuns: 500 },
    );
  });
});

describe('two looks', () => {
  const wait: Wait = { operation: 'recv', communicator: 'world', peer: 1, tag: 0 };
  const look = (part: Partial<Quiescence> = {}): Quiescence => ({
    still: true,
    waitId: 1,
    wait,
    sent: [0, 0],
    taken: [0, 0],
    ...part,
  });
  const ended = look({ wait: undefined });

  test('a node that was still in both is what it said', () => {
    assert.deepEqual(standings([look(), ended], [look(), ended]), [{ wait }, 'ended']);
  });

  test('a node that moved, computes, or was not asked goes on', () => {
    const moved = look({ waitId: 2 });
    const computes = look({ still: false, wait: undefined });
    assert.deepEqual(standings([look(), computes], [moved, look()]), ['going', 'going']);
    assert.deepEqual(standings([look(), undefined], [computes, undefined]), ['going', 'going']);
  });

  test('a message under way to a node helps it', () => {
    const sender = look({ sent: [3, 0] });
    assert.deepEqual(standings([look(), sender], [look({ taken: [0, 2] }), sender])[0], 'going');
    assert.deepEqual(standings([look(), sender], [look({ taken: [0, 3] }), sender])[0], { wait });
  });

  test('a message under way to another node does not', () => {
    const sender = look({ sent: [0, 0, 5] });
    assert.deepEqual(standings([look(), sender], [look(), sender])[0], { wait });
  });
});
