import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  inService,
  nothingDeployed,
  pauseMs,
  type RolloutAction,
  type RolloutEvent,
  type RolloutState,
  step,
  type Version,
} from './rollout';

const version = (hash: string, size = 4, minimum = size): Version => ({ hash, size, minimum });

/** A machine with the actions that it has asked for, and short ways to feed it. */
function machine() {
  let state: RolloutState = nothingDeployed;
  const actions: RolloutAction[] = [];
  const feed = (event: RolloutEvent) => {
    const next = step(state, event);
    state = next.state;
    actions.push(...next.actions);
    return next.actions;
  };
  const idOf = (rank: number, hash: string) => {
    const found = state.replicas.find((replica) => replica.rank === rank && replica.version === hash);
    assert.ok(found, `no replica ${rank} of ${hash}`);
    return found.id;
  };
  const self = {
    feed,
    idOf,
    get state() {
      return state;
    },
    healthy: (rank: number, hash: string) => feed({ type: 'healthy', id: idOf(rank, hash), atMs: 0 }),
    ended: (rank: number, hash: string, atMs = 0) =>
      feed({ type: 'ended', id: idOf(rank, hash), reason: 'it died', atMs }),
    overdue: (rank: number, hash: string) =>
      feed({ type: 'overdue', id: idOf(rank, hash), reason: 'not healthy' }),
    /** Deploys and lets all go well. */
    deployed(first: Version) {
      feed({ type: 'deploy', version: first });
      for (let rank = 0; rank < first.size; rank += 1) self.healthy(rank, first.hash);
      assert.equal(state.phase, 'steady');
      actions.length = 0;
      return self;
    },
  };
  return self;
}

const brief = (actions: RolloutAction[]) =>
  actions.map((action) =>
    action.type === 'start'
      ? `start ${action.rank} ${action.version}`
      : action.type === 'finished'
        ? action.outcome
        : `${action.type} ${action.id}`,
  );

describe('a first deployment', () => {
  test('starts all ranks at once, and stands when all are healthy', () => {
    const { feed, healthy } = machine();
    assert.deepEqual(brief(feed({ type: 'deploy', version: version('a', 2) })), ['start 0 a', 'start 1 a']);
    assert.deepEqual(healthy(1, 'a'), []);
    assert.deepEqual(brief(healthy(0, 'a')), ['updated']);
  });

  test('that fails leaves nothing, and says which replica it was', () => {
    const rollout = machine();
    rollout.feed({ type: 'deploy', version: version('a', 2) });
    assert.deepEqual(brief(rollout.overdue(1, 'a')), ['stop 2', 'stop 1']);
    rollout.ended(0, 'a');
    assert.deepEqual(brief(rollout.ended(1, 'a')), ['rolledBack']);
    assert.equal(rollout.state.phase, 'gone');
    assert.deepEqual(rollout.state.failure, { id: 2, rank: 1, version: 'a', reason: 'not healthy' });
  });
});

describe('an update', () => {
  test('without slack starts each new replica beside the old one', () => {
    const rollout = machine().deployed(version('a', 2));
    assert.deepEqual(brief(rollout.feed({ type: 'deploy', version: version('b', 2) })), ['start 0 b']);
    assert.deepEqual(brief(rollout.healthy(0, 'b')), ['stop 1']);
    assert.deepEqual(brief(rollout.ended(0, 'a')), ['start 1 b']);
    assert.deepEqual(brief(rollout.healthy(1, 'b')), ['stop 2']);
    assert.deepEqual(brief(rollout.ended(1, 'a')), ['updated']);
  });

  test('with slack stops the old replica first, so that two never share a place', () => {
    const rollout = machine().deployed(version('a', 2, 1));
    assert.deepEqual(brief(rollout.feed({ type: 'deploy', version: version('b', 2, 1) })), ['stop 1']);
    assert.deepEqual(brief(rollout.ended(0, 'a')), ['start 0 b']);
    assert.deepEqual(brief(rollout.healthy(0, 'b')), ['stop 2']);
  });

  test('whose second replica fails takes the first one back as well', () => {
    const rollout = machine().deployed(version('a', 2));
    rollout.feed({ type: 'deploy', version: version('b', 2) });
    rollout.healthy(0, 'b');
    rollout.ended(0, 'a');
    assert.deepEqual(brief(rollout.ended(1, 'b')), ['start 0 a']);
    assert.equal(rollout.state.failure?.reason, 'it died');
    assert.deepEqual(brief(rollout.healthy(0, 'a')), ['stop 3']);
    assert.deepEqual(brief(rollout.ended(0, 'b')), ['rolledBack']);
    assert.equal(rollout.state.current?.hash, 'a');
  });

  test('replaces a version that crashes all the time without waiting for it', () => {
    const rollout = machine().deployed(version('a', 2));
    rollout.ended(0, 'a');
    rollout.ended(1, 'a');
    assert.deepEqual(brief(rollout.feed({ type: 'deploy', version: version('b', 2) })), ['start 0 b']);
    assert.deepEqual(brief(rollout.healthy(0, 'b')), ['start 1 b']);
    assert.deepEqual(brief(rollout.healthy(1, 'b')), ['updated']);
  });

  test('to more replicas goes back even if a new rank is needed for the minimum until an old one is there', () => {
    const rollout = machine().deployed(version('a', 2));
    rollout.feed({ type: 'deploy', version: version('b', 4) });
    for (const rank of [0, 1]) {
      rollout.healthy(rank, 'b');
      rollout.ended(rank, 'a');
    }
    rollout.healthy(2, 'b');
    // In service: ranks 0 and 2. Rank 2 is not wanted any more, but cannot be spared.
    assert.deepEqual(brief(rollout.ended(1, 'b')), ['stop 6']);
    assert.deepEqual(brief(rollout.ended(3, 'b')), ['start 1 a']);
    assert.deepEqual(brief(rollout.healthy(1, 'a')), ['stop 5']);
  });

  test('of an old replica that dies meanwhile starts it again until its turn comes', () => {
    const rollout = machine().deployed(version('a', 2));
    rollout.feed({ type: 'deploy', version: version('b', 2) });
    assert.deepEqual(rollout.ended(1, 'a'), [{ type: 'retry', id: 2, afterMs: 500 }]);
    assert.deepEqual(brief(rollout.feed({ type: 'retry', id: 2 })), ['start 1 a']);
  });
});

describe('a replica that ends by itself', () => {
  test('is started again after pauses that grow, and that are short again once it has lasted', () => {
    assert.deepEqual([1, 2, 3, 8, 50].map(pauseMs), [500, 1000, 2000, 30_000, 30_000]);
    const rollout = machine().deployed(version('a', 1));
    const pauses = [0, 0, 0].map(() => {
      const [retry] = rollout.ended(0, 'a');
      assert.ok(retry?.type === 'retry');
      rollout.feed({ type: 'retry', id: retry.id });
      return retry.afterMs;
    });
    assert.deepEqual(pauses, [500, 1000, 2000]);
    rollout.healthy(0, 'a');
    assert.deepEqual(rollout.ended(0, 'a', 60_000), [{ type: 'retry', id: 4, afterMs: 500 }]);
  });

  test('is stopped and started again when it stays unhealthy', () => {
    const rollout = machine().deployed(version('a', 1));
    rollout.feed({ type: 'unhealthy', id: 1, reason: 'tired' });
    assert.equal(inService(rollout.state), 0);
    assert.deepEqual(brief(rollout.overdue(0, 'a')), ['stop 1']);
    assert.deepEqual(brief(rollout.ended(0, 'a')), ['retry 1']);
  });
});

test('the end stops all, what waits for its next start too', () => {
  const rollout = machine().deployed(version('a', 2));
  rollout.ended(0, 'a');
  assert.deepEqual(brief(rollout.feed({ type: 'undeploy' })), ['stop 2']);
  assert.deepEqual(brief(rollout.ended(1, 'a')), ['ended']);
  assert.equal(rollout.state.phase, 'gone');
});

/** What the world can do next: each choice is an event that may come now. */
function possible(state: RolloutState, mayFail: boolean): RolloutEvent[] {
  return state.replicas.flatMap(({ id, phase }): RolloutEvent[] => {
    const reason = 'bad luck';
    const ended: RolloutEvent = { type: 'ended', id, reason, atMs: 0 };
    if (phase === 'waiting') return [{ type: 'retry', id }];
    if (phase === 'stopping') return [ended];
    const good: RolloutEvent[] = phase === 'healthy' ? [] : [{ type: 'healthy', id, atMs: 0 }];
    if (!mayFail) return good;
    const bad: RolloutEvent =
      phase === 'healthy' ? { type: 'unhealthy', id, reason } : { type: 'overdue', id, reason };
    return [...good, bad, ended];
  });
}

const serves = (state: RolloutState, rank: number) =>
  state.replicas.some((replica) => replica.rank === rank && replica.phase === 'healthy');

/** What is in service once the event alone has had its effect. */
function afterMisfortune(state: RolloutState, event: RolloutEvent): number {
  const replica = 'id' in event ? state.replicas.find(({ id }) => id === event.id) : undefined;
  if (replica?.phase !== 'healthy' || event.type === 'healthy') return inService(state);
  const rest = { ...state, replicas: state.replicas.filter((each) => each !== replica) };
  return inService(state) - (serves(rest, replica.rank) ? 0 : 1);
}

/** Feeds an event, and checks what must hold for each. */
function checkedStep(state: RolloutState, event: RolloutEvent): RolloutState {
  const { current, next } = state;
  const minimum = current && next ? Math.min(current.minimum, next.minimum) : 0;
  const result = step(state, event);
  assert.ok(
    inService(result.state) >= Math.min(minimum, afterMisfortune(state, event)),
    `${event.type} took the service from ${inService(state)} to ${inService(result.state)}, minimum ${minimum}`,
  );
  const active = result.state.replicas.filter(({ phase, again }) => phase !== 'stopping' || again);
  const places = active.map(({ rank, version: hash }) => `${rank} ${hash}`);
  assert.equal(new Set(places).size, places.length, `two of the same: ${places.join(', ')}`);
  const ids = result.state.replicas.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  return result.state;
}

const versionArbitrary = (hash: string) =>
  fc
    .integer({ min: 1, max: 5 })
    .chain((size) => fc.integer({ min: 0, max: size }).map((minimum) => version(hash, size, minimum)));

function settledOn(state: RolloutState, { hash, size }: Version): void {
  assert.equal(state.phase, 'steady');
  assert.equal(state.current?.hash, hash);
  const stands = state.replicas.map(({ rank, version: of, phase }) => `${rank} ${of} ${phase}`).sort();
  assert.deepEqual(
    stands,
    Array.from({ length: size }, (_, rank) => `${rank} ${hash} healthy`),
  );
}

/** Takes events that `choose` picks of the possible ones until there are none. */
function play(
  from: RolloutState,
  mayFail: (state: RolloutState) => boolean,
  choose: (count: number) => number,
  steps: number,
): RolloutState {
  let state = from;
  for (let i = 0; i < steps; i += 1) {
    const events = possible(state, mayFail(state));
    const event = events[choose(events.length)];
    if (!event) break;
    state = checkedStep(state, event);
  }
  return state;
}

const choices = fc.infiniteStream(fc.nat());
const chooser = (stream: Iterator<number>) => (count: number) =>
  count === 0 ? 0 : (stream.next().value as number) % count;

test('property: for any order of events the minimum holds, and it ends in all-new or all-old', () => {
  fc.assert(
    fc.property(
      versionArbitrary('a'),
      versionArbitrary('b'),
      choices,
      fc.nat(60),
      (old, next, stream, bad) => {
        const choose = chooser(stream);
        const never = () => false;
        let state = play(checkedStep(nothingDeployed, { type: 'deploy', version: old }), never, choose, 1000);
        settledOn(state, old);
        state = checkedStep(state, { type: 'deploy', version: next });
        state = play(state, () => true, choose, bad);
        const failed = state.failure !== undefined;
        state = play(state, never, choose, 1000);
        // An update whose bad luck came after its end has succeeded.
        settledOn(state, failed ? old : next);
      },
    ),
    { numRuns: 2000 },
  );
});

test('property: an undeployed service ends, whatever happens meanwhile', () => {
  fc.assert(
    fc.property(versionArbitrary('a'), versionArbitrary('b'), choices, fc.nat(40), (old, next, stream, n) => {
      const choose = chooser(stream);
      let state = checkedStep(nothingDeployed, { type: 'deploy', version: old });
      state = play(state, () => false, choose, 1000);
      state = play(checkedStep(state, { type: 'deploy', version: next }), () => true, choose, n);
      state = step(state, { type: 'undeploy' }).state;
      state = play(state, () => true, choose, 1000);
      assert.equal(state.phase, 'gone');
      assert.deepEqual(state.replicas, []);
    }),
    { numRuns: 1000 },
  );
});
