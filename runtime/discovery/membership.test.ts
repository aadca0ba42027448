import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { discoveryTimes } from '../protocol/discovery';
import { lookMs, maximumMachines, type Membership, type MembershipEvent, nobody, step } from './membership';
import type { Announcement } from './message';
import { announcementOf } from './testing/announcements';

const wallMs = 1_000_000;

const heard = (announcement: Announcement, atMs = 0, wall = wallMs): MembershipEvent => ({
  type: 'announced',
  announcement,
  from: '10.0.0.1',
  atMs,
  wallMs: wall,
});

const after = (events: MembershipEvent[], from: Membership = nobody): Membership => events.reduce(step, from);

/** Looks as often as a browser does, from one moment to another. */
const looks = (fromMs: number, toMs: number): MembershipEvent[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / lookMs) + 1 }, (_, index) => ({
    type: 'looked',
    atMs: fromMs + index * lookMs,
  }));

const stateOf = (membership: Membership): string | undefined => [...membership.members.values()][0]?.state;

test('a silent machine is suspect after three announcements missed and gone after six', () => {
  const { suspectMs, goneMs } = discoveryTimes;
  const here = after([heard(announcementOf())]);
  assert.equal(stateOf(after(looks(0, suspectMs - lookMs), here)), 'present');
  assert.equal(stateOf(after(looks(0, suspectMs), here)), 'suspect');
  assert.equal(stateOf(after(looks(0, goneMs - lookMs), here)), 'suspect');
  assert.equal(stateOf(after(looks(0, goneMs), here)), undefined);
});

test('a machine that is heard again is present, also after it was gone', () => {
  const again = heard(announcementOf({ sequence: 2, sentAtMs: wallMs + 20_000 }), 20_000, wallMs + 20_000);
  assert.equal(stateOf(after([heard(announcementOf()), ...looks(0, 8000), again])), 'present');
  assert.equal(stateOf(after([heard(announcementOf()), ...looks(0, 20_000), again])), 'present');
});

test('a machine that leaves is gone at once, and nothing it said before brings it back', () => {
  const said = [1, 2, 3].map((sequence) => heard(announcementOf({ sequence })));
  const left = after([...said, heard(announcementOf({ sequence: 4, state: 'leaving' }))]);
  assert.equal(left.members.size, 0);
  const replayed = after([...said, ...said], left);
  assert.equal(replayed.members.size, 0);
  assert.equal(replayed.drops.replayed, 6);
});

test('nothing is believed that is more than a minute off', () => {
  for (const offMs of [discoveryTimes.skewMs + 1, -discoveryTimes.skewMs - 1]) {
    const state = after([heard(announcementOf({ sentAtMs: wallMs + offMs }))]);
    assert.equal(state.members.size, 0);
    assert.equal(state.drops.stale, 1);
  }
});

test('what is remembered of those that left outlives all that they said', () => {
  const { skewMs } = discoveryTimes;
  const first = announcementOf({ sentAtMs: wallMs + skewMs });
  const gone = after([heard(first), heard({ ...first, sequence: 2, state: 'leaving' })]);
  for (let atMs = 0; atMs <= 3 * skewMs; atMs += 1000) {
    const then = after([{ type: 'looked', atMs }, heard(first, atMs, wallMs + atMs)], gone);
    assert.equal(then.members.size, 0, `after ${atMs} ms`);
  }
  assert.equal(after([{ type: 'looked', atMs: 3 * skewMs }], gone).departed.size, 0);
});

test('an agent that was started anew takes the place of the one before, which cannot come back', () => {
  const old = announcementOf({ instance: 'a'.repeat(32), startedAtMs: 1 });
  const fresh = announcementOf({ instance: 'b'.repeat(32), startedAtMs: 2 });
  const both = after([heard(old), heard(fresh), heard({ ...old, sequence: 2 })]);
  assert.deepEqual([...both.members.keys()], [fresh.instance]);
  const other = announcementOf({ instance: 'c'.repeat(32), address: '10.0.0.9' });
  assert.equal(
    after([heard(other)], both).members.size,
    2,
    'a namesake at another address is another machine',
  );
});

test('a listener that was held up blames nobody for the time', () => {
  const here = after([heard(announcementOf()), ...looks(0, 1000)]);
  assert.equal(stateOf(after([{ type: 'looked', atMs: 3_600_000 }], here)), 'present');
  assert.equal(stateOf(after(looks(3_600_000, 3_600_000 + discoveryTimes.goneMs), here)), undefined);
});

test('the list is bounded, and says what it left out', () => {
  const instance = (index: number) => index.toString(16).padStart(32, '0');
  const events = Array.from({ length: maximumMachines + 5 }, (_, index) =>
    heard(announcementOf({ instance: instance(index), name: `lab-${index}` })),
  );
  const full = after(events);
  assert.equal(full.members.size, maximumMachines);
  assert.equal(full.drops.full, 5);
});

const announcements = fc.record({
  instance: fc.constantFrom('a', 'b', 'c').map((letter) => letter.repeat(32)),
  sequence: fc.integer({ min: 1, max: 12 }),
  state: fc.constantFrom('present' as const, 'present' as const, 'leaving' as const),
  sentAtMs: fc.integer({ min: wallMs - 2000, max: wallMs + 2000 }),
});

/** Each sequence number of an instance is one announcement, as it is in life. */
const traces = fc
  .uniqueArray(announcements, { maxLength: 30, selector: ({ instance, sequence }) => instance + sequence })
  .map((parts) =>
    parts.map((part) => {
      const letter = part.instance[0] as string;
      return announcementOf({ ...part, name: `lab-${letter}`, address: `10.0.0.${letter.charCodeAt(0)}` });
    }),
  );

test('property: replaying anything that was heard, in any order, changes no machine', () => {
  fc.assert(
    fc.property(
      traces,
      fc.array(fc.nat(), { maxLength: 100 }),
      fc.integer({ min: 0, max: 3000 }),
      (trace, picks, atMs) => {
        const before = after(trace.map((announcement) => heard(announcement, 0)));
        const replays = picks.flatMap((pick) => trace[pick % trace.length] ?? []);
        const later = after(
          replays.map((announcement) => heard(announcement, atMs, wallMs + atMs)),
          before,
        );
        assert.deepEqual([...later.members], [...before.members]);
        assert.equal(later.members, before.members);
      },
    ),
    { numRuns: 500 },
  );
});

test('property: lost, doubled and overtaken datagrams end in what each machine said last', () => {
  fc.assert(
    fc.property(traces, fc.infiniteStream(fc.nat()), (trace, order) => {
      const shuffled = trace
        .map((announcement) => ({ announcement, by: order.next().value as number }))
        .sort((a, b) => a.by - b.by)
        .map(({ announcement }) => announcement);
      const { members } = after(shuffled.map((announcement) => heard(announcement)));
      for (const letter of ['a', 'b', 'c']) {
        const said = trace.filter(({ instance }) => instance.startsWith(letter));
        const last = said.reduce<Announcement | undefined>(
          (max, one) => (max && max.sequence > one.sequence ? max : one),
          undefined,
        );
        const member = members.get(letter.repeat(32));
        if (said.every(({ state }) => state === 'present')) assert.equal(member?.announcement, last);
        else if (last?.state === 'leaving') assert.equal(member, undefined);
      }
    }),
    { numRuns: 500 },
  );
});

test('property: whatever comes, memory is bounded', () => {
  const many = fc.array(
    fc.oneof(
      fc.record({ id: fc.nat(2000), leaving: fc.boolean(), atMs: fc.nat(100_000) }),
      fc.record({ lookedMs: fc.nat(100_000) }),
    ),
    { minLength: 300, maxLength: 900 },
  );
  fc.assert(
    fc.property(many, (steps) => {
      let state = nobody;
      for (const [index, one] of steps.entries()) {
        const instance = ('id' in one ? one.id : 0).toString(16).padStart(32, '0');
        const said = announcementOf({ instance, sequence: index + 1, name: `n${instance}` });
        state =
          'id' in one
            ? step(state, heard({ ...said, state: one.leaving ? 'leaving' : 'present' }, one.atMs))
            : step(state, { type: 'looked', atMs: one.lookedMs });
        assert.ok(state.members.size <= maximumMachines && state.departed.size <= maximumMachines);
      }
    }),
    { numRuns: 20 },
  );
});
