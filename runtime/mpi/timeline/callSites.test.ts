import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceLocation } from '../../protocol/node';
import { CallSites } from './callSites';

/** Places whose every look takes a millisecond of the clock. */
function slowSites() {
  const state = { nowMs: 0, line: 0, looks: 0, sites: [] as SourceLocation[] };
  const finder = {
    key: () => {
      state.looks += 1;
      state.nowMs += 1;
      return state.line || undefined;
    },
    locate: () => ({ file: '/p.ts', line: state.line, column: 1 }),
  };
  const sites = new CallSites(
    finder,
    () => state.nowMs,
    (at) => state.sites.push(at),
  );
  const of = (kind: number, line: number): number => {
    state.line = line;
    return sites.of(kind, state.nowMs);
  };
  return { state, sites, of };
}

describe('call sites', () => {
  it('numbers places in the order of their coming, and tells each once', () => {
    const { state, of } = slowSites();
    assert.deepEqual([of(1, 10), of(1, 20), of(2, 10), of(2, 0)], [1, 2, 1, 0]);
    assert.deepEqual(
      state.sites.map(({ line }) => line),
      [10, 20],
    );
  });

  it('gives the place of the latest call of the same kind where looking would take too long', () => {
    const { state, sites, of } = slowSites();
    while (!sites.isLike) of(1, 10);
    const { looks } = state;
    assert.equal(of(1, 20), 1);
    assert.equal(state.looks, looks);
    assert.equal(of(2, 30), 2, 'the first call of a kind is always looked up');
    state.nowMs += 1000;
    assert.equal(of(1, 20), 3);
    assert.equal(sites.isLike, false);
  });

  it('spends no more than a hundredth of the time, and what is allowed ahead', () => {
    const { state, of } = slowSites();
    for (let i = 0; i < 20_000; i += 1) {
      state.nowMs += 0.5;
      of(1, 10);
    }
    assert.ok(state.looks <= 21 + state.nowMs / 100, `${state.looks} looks in ${state.nowMs} ms`);
    assert.ok(state.looks > state.nowMs / 120);
  });
});
