import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Agreement, type AgreementMessage, type Vote } from './agreement';

interface Flight {
  from: number;
  to: number;
  message: AgreementMessage;
}

interface Outcome {
  decisions: (Vote | undefined)[];
  alive: number[];
  messages: number;
}

/**
 * Runs an agreement to its end. `choose` picks what happens next: a node begins, a message arrives (in order for each
 * pair), a node that has died is noticed by another. A node in `deaths` dies after it has sent so many messages: in the
 * middle of telling all, as often as not.
 */
function run(votes: Vote[], deaths: ReadonlyMap<number, number>, choose: (count: number) => number): Outcome {
  const size = votes.length;
  const decisions: (Vote | undefined)[] = new Array<undefined>(size).fill(undefined);
  const wires = new Map<string, Flight[]>();
  const dead = new Set<number>();
  const sent = new Array<number>(size).fill(0);
  let messages = 0;
  const dieAt = (rank: number): boolean => deaths.get(rank) === sent[rank];
  const nodes = votes.map(
    (_, rank) =>
      new Agreement(rank, size, {
        send(to, message) {
          if (dead.has(rank)) return;
          if (dieAt(rank)) return void dead.add(rank);
          sent[rank]! += 1;
          messages += 1;
          const wire = wires.get(`${rank} ${to}`) ?? [];
          wires.set(`${rank} ${to}`, [...wire, { from: rank, to, message }]);
        },
        decided(vote) {
          if (!dead.has(rank)) decisions[rank] = vote;
        },
      }),
  );
  const toStart = new Set(votes.keys());
  const toNotice = new Set<string>();
  const noticed = new Set<string>();
  for (;;) {
    for (const rank of dead) {
      toStart.delete(rank);
      for (const by of nodes.keys()) if (!noticed.has(`${by} ${rank}`)) toNotice.add(`${by} ${rank}`);
    }
    const moves: (() => void)[] = [];
    for (const rank of toStart) {
      moves.push(() => {
        toStart.delete(rank);
        if (dieAt(rank)) dead.add(rank);
        else nodes[rank]?.start(votes[rank] as Vote);
      });
    }
    for (const [key, wire] of wires) {
      const [first, ...rest] = wire;
      if (!first) continue;
      moves.push(() => {
        wires.set(key, rest);
        if (!dead.has(first.to)) nodes[first.to]?.receive(first.from, first.message);
      });
    }
    for (const notice of toNotice) {
      const [by, rank] = notice.split(' ').map(Number) as [number, number];
      if (!dead.has(by))
        moves.push(() => (toNotice.delete(notice), noticed.add(notice), nodes[by]?.fail(rank)));
    }
    if (moves.length === 0) break;
    moves[choose(moves.length)]?.();
  }
  return { decisions, alive: [...votes.keys()].filter((rank) => !dead.has(rank)), messages };
}

const vote = (rank: number): Vote => ({ flag: ~(1 << rank), failed: [], context: 2 * rank });

describe('agreement', () => {
  for (const size of [1, 2, 5, 9]) {
    test(`${size} nodes agree on all their votes, with the messages that it is said to cost`, () => {
      const { decisions, messages } = run(
        Array.from({ length: size }, (_, rank) => vote(rank)),
        new Map(),
        () => 0,
      );
      const expected = { flag: ~(2 ** size - 1), failed: [], context: 2 * (size - 1) };
      assert.deepEqual(decisions, new Array(size).fill(expected));
      assert.ok(messages <= (size - 1) * (size + 3), `${messages} messages`);
    });
  }

  test('whoever dies, and whenever: all that live decide, and all that decide, decide the same', () => {
    const scenario = fc.integer({ min: 1, max: 7 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        deaths: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(2 * size + 2)), { maxLength: size - 1 }),
        choices: fc.infiniteStream(fc.nat(1_000_000)),
      }),
    );
    let deathsSeen = 0;
    fc.assert(
      fc.property(scenario, ({ size, deaths, choices }) => {
        const votes = Array.from({ length: size }, (_, rank) => vote(rank));
        const { decisions, alive } = run(
          votes,
          new Map(deaths),
          (count) => (choices.next().value as number) % count,
        );
        deathsSeen += size - alive.length;
        for (const rank of alive) assert.ok(decisions[rank], `rank ${rank} lives and has not decided`);
        const made = decisions.filter((each) => each !== undefined);
        for (const each of made) assert.deepEqual(each, made[0], 'one decision');
        for (const rank of alive) {
          // Who lives has had its say.
          assert.equal((made[0]?.flag ?? 0) & (1 << rank), 0);
          assert.ok(!made[0]?.failed.includes(rank), 'nobody is said to have failed who lives');
        }
      }),
      { numRuns: 20_000 },
    );
    assert.ok(deathsSeen > 1000, 'nodes died');
  });
});
