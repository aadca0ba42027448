/**
 * Which machines are there, from what was heard: a state machine without clock or socket. Each announcement carries
 * its sender's instance and a sequence number, so one that was heard before, or that comes late, changes nothing.
 * A machine is `suspect` after three announcements missed and gone after six, or once it says that it leaves.
 *
 * Failure assumptions: datagrams are lost, doubled, delayed and replayed; who holds the lab token speaks the truth.
 * Cost: one datagram a machine every two seconds, whoever listens. Memory is bounded, also against those who hold
 * the token.
 */
import { type Drops, type DropReason, dropReasons, discoveryTimes } from '../protocol/discovery';
import type { Announcement } from './message';

/** Machines at most; the same number of those that left is remembered. */
export const maximumMachines = 256;
/** Looks are taken this often, or more often. */
export const lookMs = 500;

/**
 * What a clock that is a minute ahead says now is believed for two minutes; a listener's look comes a little late.
 */
const rememberedMs = 2 * discoveryTimes.skewMs + 5000;

export interface Member {
  readonly announcement: Announcement;
  /** Where its last announcement came from. */
  readonly from: string;
  readonly heardMs: number;
  readonly state: 'present' | 'suspect';
}

/** An instance that is gone; what it said up to this number is old. */
interface Departed {
  readonly sequence: number;
  readonly untilMs: number;
}

export interface Membership {
  readonly members: ReadonlyMap<string, Member>;
  readonly departed: ReadonlyMap<string, Departed>;
  readonly drops: Readonly<Drops>;
  readonly lookedMs: number | undefined;
}

export type MembershipEvent =
  /** `atMs` is of the listener's monotonic clock, `wallMs` of its calendar. */
  | { type: 'announced'; announcement: Announcement; from: string; atMs: number; wallMs: number }
  | { type: 'dropped'; reason: DropReason }
  | { type: 'looked'; atMs: number };

export const nobody: Membership = {
  members: new Map(),
  departed: new Map(),
  drops: Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Drops,
  lookedMs: undefined,
};

/** The state after an event. `members` stays the same object where nothing about them has changed. */
export function step(state: Membership, event: MembershipEvent): Membership {
  switch (event.type) {
    case 'announced':
      return announced(state, event);
    case 'dropped':
      return drop(state, event.reason);
    case 'looked':
      return looked(state, event.atMs);
  }
}

function drop(state: Membership, reason: DropReason): Membership {
  return { ...state, drops: { ...state.drops, [reason]: state.drops[reason] + 1 } };
}

type Announced = Extract<MembershipEvent, { type: 'announced' }>;

function announced(state: Membership, { announcement, from, atMs, wallMs }: Announced): Membership {
  const { instance, sequence, sentAtMs } = announcement;
  if (Math.abs(wallMs - sentAtMs) > discoveryTimes.skewMs) return drop(state, 'stale');
  const known = state.members.get(instance);
  const old = known?.announcement.sequence ?? state.departed.get(instance)?.sequence ?? 0;
  if (sequence <= old) return drop(state, 'replayed');
  if (announcement.state === 'leaving') return depart(state, instance, Infinity, atMs);

  const others = [...state.members.values()].filter((other) => isSameMachine(other, announcement));
  if (others.some((other) => other.announcement.startedAtMs > announcement.startedAtMs)) {
    return drop(depart(state, instance, Infinity, atMs), 'superseded');
  }
  const cleared = others.reduce(
    (sum, other) => depart(sum, other.announcement.instance, Infinity, atMs),
    state,
  );
  if (!known && cleared.members.size >= maximumMachines) return drop(state, 'full');
  const departed = new Map(cleared.departed);
  departed.delete(instance);
  const member: Member = { announcement, from, heardMs: atMs, state: 'present' };
  return { ...cleared, departed, members: new Map(cleared.members).set(instance, member) };
}

/** An agent that was started anew is another instance of the machine it was on. */
function isSameMachine(member: Member, { instance, machine }: Announcement): boolean {
  const other = member.announcement;
  return (
    other.instance !== instance &&
    other.machine.name === machine.name &&
    other.machine.ssh.port === machine.ssh.port &&
    other.machine.ssh.user === machine.ssh.user &&
    other.machine.addresses.some((address) => machine.addresses.includes(address))
  );
}

/** Forgets a machine, but not what it said: as long as a datagram of it could still count, it is refused. */
function depart(state: Membership, instance: string, sequence: number, atMs: number): Membership {
  const members = new Map(state.members);
  const departed = new Map(state.departed);
  members.delete(instance);
  departed.delete(instance); // to the end of the line
  departed.set(instance, { sequence, untilMs: atMs + rememberedMs });
  for (const oldest of departed.keys()) {
    if (departed.size <= maximumMachines) break;
    departed.delete(oldest);
  }
  return { ...state, members, departed };
}

function looked(state: Membership, atMs: number): Membership {
  // A listener that was held up (a closed lid, a busy machine) blames nobody for the time.
  const heldUpMs = Math.max(0, atMs - (state.lookedMs ?? atMs) - 2 * lookMs);
  let next: Membership = { ...state, lookedMs: atMs };
  for (const [instance, member] of state.members) {
    const heardMs = member.heardMs + heldUpMs;
    const silentMs = atMs - heardMs;
    if (silentMs >= discoveryTimes.goneMs) {
      next = depart(next, instance, member.announcement.sequence, atMs);
      continue;
    }
    const now = silentMs >= discoveryTimes.suspectMs ? 'suspect' : 'present';
    if (heldUpMs === 0 && now === member.state) continue;
    next = { ...next, members: new Map(next.members).set(instance, { ...member, heardMs, state: now }) };
  }
  const outdated = [...next.departed].filter(([, { untilMs }]) => untilMs <= atMs);
  if (outdated.length === 0) return next;
  const departed = new Map(next.departed);
  for (const [instance] of outdated) departed.delete(instance);
  return { ...next, departed };
}
