import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Patience } from './patience';

/** How often a wait looks whose message comes at a look of this number, or never. */
function looksOf(patience: Patience, comesAt = Infinity): number {
  let looks = 0;
  patience.look(() => (looks += 1) > comesAt);
  return looks;
}

/** Waits in vain until it looks as little as it ever does. */
function tire(patience: Patience): number {
  let least = Infinity;
  for (let i = 0; i < 40; i += 1) least = Math.min(least, looksOf(patience));
  return least;
}

describe('how long a wait looks before it sleeps', () => {
  for (const way of ['memory', 'sockets'] as const) {
    test(`${way}: less and less after it was in vain, and longer again where the message comes soon`, () => {
      const patience = Patience.of(1, way);
      const most = looksOf(patience);
      const least = tire(patience);
      assert.ok(least < most / 50, `${least} of ${most}`);
      // Another node answers when it has been woken: only a long look sees that, and such a look comes now and then.
      const afterWakeUp = way === 'sockets' ? 100 : 3000;
      let seen = 0;
      for (let i = 0; i < 200; i += 1) if (looksOf(patience, afterWakeUp) > afterWakeUp) seen += 1;
      assert.ok(seen > 100, `${seen} of 200`);
    });

    test(`${way}: hardly at all where there are more nodes than processors`, () => {
      const patience = Patience.of(10_000, way);
      assert.ok(looksOf(patience) <= 400);
      assert.ok(tire(patience) <= 100);
    });
  }

  test('it gives way after every so many looks in vain', () => {
    let ways = 0;
    const patience = new Patience({ least: 99, most: 99, probe: 0, stride: 20, tick: 99 }, () => (ways += 1));
    looksOf(patience, 19);
    assert.equal(ways, 0);
    looksOf(patience, 20);
    assert.equal(ways, 1);
    looksOf(patience);
    assert.equal(ways, 1 + 4);
  });

  test('it tells of the time that passes before the next look: every few looks, and after it gave way', () => {
    let happened = '';
    const patience = new Patience(
      { least: 10, most: 10, probe: 0, stride: 5, tick: 3 },
      () => (happened += 'way '),
    );
    const look = (): boolean => {
      happened += 'look ';
      return false;
    };
    patience.look(look, () => (happened += 'tick '));
    const looks = (count: number): string => 'look '.repeat(count);
    assert.equal(happened, `${looks(3)}tick ${looks(2)}way tick ${looks(3)}tick ${looks(2)}way tick `);
    happened = '';
    patience.look(look);
    assert.equal(happened, `${looks(5)}way ${looks(5)}way `);
  });
});
