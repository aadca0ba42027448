/**
 * Where the nodes of a communicator meet for a call that blocks: in memory that all of them have mapped. Nobody waits here
 * without an explanation: messages are taken in meanwhile, so that a node that makes another call is found out, failures end the
 * wait, and whoever looks at a node that blocks here sees for whom.
 *
 * Memory has no way to go wrong on purpose. A node that knows of such faults says so where all read it; one is enough, and all
 * make this call and those after it by messages. A node learns of a fault before the call returns that asked for it
 * (coordinator/faults/), so that what the program does next is late, or cut off, as it asked for.
 */
import { ANY_SOURCE } from '../../../protocol/envelope';
import type { MemorySharing, MemorySignals, SharedBytes } from '../../../transport/endpoint';
import type { ProgressEngine } from '../../progressEngine';
import type { CollectiveContext, CollectiveCost } from '../collectiveOperation';
import { CollectiveWait } from '../collectiveWait';
import type { ParticipantMemory } from '../schedule';
import { checkSignature, refuseMeeting } from '../signature';
import { areaBytes, SharedArea } from './area';
import { SlotValues } from './slotValues';

/** The memory is made for communicators that have made so many calls: for fewer, messages do, which can be watched. */
const callsBefore = 32;
/** More nodes would look at so many slots that a tree takes less time. */
const mostNodes = 64;
/** What a node says of the memory that is to be opened. */
const opinions = { none: 0, disturbed: 1, mapped: 2 } as const;
/** Beyond the rank of any node. */
const rankLimit = 2 ** 16;

/** Gives memory back whose communicator is no more. */
const forgotten = new FinalizationRegistry<() => void>((release) => release());

export class MeetingPlace implements ParticipantMemory {
  /** Undefined before it is opened. */
  area: SharedArea | undefined;
  private slotValues: SlotValues | undefined;
  /** True once it was found that not all nodes can have it. */
  isRefused = false;
  /** True once all know that messages go wrong on purpose: none meets here any more. */
  isDisturbed = false;
  /** True if the program has asked for it. */
  isAsked = false;
  /** So many calls that block have been made. */
  private calls = 0;
  private memory: SharedBytes | undefined;
  private signals: MemorySignals | undefined;
  private withdraw: (() => void) | undefined;
  private where: CollectiveContext = { context: 0, tag: 0, signature: 0, communicator: '' };
  private wait = new CollectiveWait('', '', undefined);
  private readonly members: readonly number[];
  /** What the present call has cost this node. */
  cost: CollectiveCost = { rounds: 0, messages: 0, bytes: 0 };

  /** `members` are the nodes of the communicator, as ranks of world. */
  constructor(
    private readonly engine: ProgressEngine,
    private readonly rank: number,
    members: readonly number[],
  ) {
    this.members = members;
  }

  suits(isLong: () => boolean, isAsked: boolean): boolean {
    this.isAsked = isAsked;
    if (this.area || isAsked) return true;
    const { length } = this.members;
    if (this.isRefused || length < 2 || length > mostNodes) return false;
    return this.calls >= callsBefore || isLong();
  }

  /** The call that is made from now on, and how it waits. */
  enter(where: CollectiveContext, wait: CollectiveWait): void {
    this.calls += 1;
    this.where = where;
    this.wait = wait;
    this.cost = { rounds: 0, messages: 0, bytes: 0 };
  }

  /** Values in the area. */
  get values(): SlotValues {
    return this.slotValues as SlotValues;
  }

  /** World ranks of the nodes that are waited for. */
  get awaited(): number[] {
    return (this.area?.awaited ?? []).map((rank) => this.members[rank] as number);
  }

  /**
   * Shows the others what this node has brought, and blocks until all have. Where one of them knows of faults the call is to be
   * made by messages: `isDisturbed` from then on. Throws LockstepError `collectiveMismatch` if one of them has come for another
   * call.
   */
  meet(area: SharedArea, kind: number, bytes: number, toldBytes: number): void {
    const { engine, where, wait, members } = this;
    if (engine.failures.any) for (const member of members) engine.failures.check(where.context, member, wait);
    area.publish(where.tag, where.signature, kind, bytes, engine.tick(), toldBytes);
    this.block(area, toldBytes);
    let clock = 0;
    let isDisturbed = false;
    for (let rank = 0; rank < area.size; rank += 1) {
      const tag = area.callOf(rank);
      const signature = area.signatureOf(rank);
      if (tag !== where.tag || signature !== where.signature)
        refuseMeeting(where, { tag, signature, source: this.members[rank] as number });
      clock = Math.max(clock, area.clockOf(rank));
      isDisturbed ||= area.isDisturbed(rank);
    }
    if (isDisturbed) return this.close(true);
    // Communicators of one context have no node in common, so that their first nodes tell them apart.
    const name = where.context * rankLimit + (members[0] as number);
    engine.recorder?.met(engine.tick(clock), name, where.tag, area.size - 1);
  }

  /** Blocks until all have come as far as this node, which has told each of the others of so many bytes. */
  block(area: SharedArea, toldBytes: number): void {
    this.cost.rounds += 1;
    this.cost.bytes += toldBytes * (area.size - 1);
    const { engine, wait } = this;
    const signals = this.signals as MemorySignals;
    if (!area.allHere()) {
      wait.begin(this);
      do {
        engine.progress(wait);
        this.lookAround();
        signals.waitFor(area.allHere, wait);
      } while (!area.allHere());
    }
    for (let other = 1; other < area.size; other += 1) signals.found(toldBytes);
  }

  /** Makes the memory of the area; where the others find it, empty if there is none. */
  make(): string {
    const { sharing, signals } = this.engine.endpoint;
    if (!sharing || !signals || !this.reachesAll(sharing)) return '';
    try {
      const { memory, path, withdraw } = sharing.make(areaBytes(this.members.length));
      [this.memory, this.signals, this.withdraw] = [memory, signals, withdraw];
      return path;
    } catch {
      return ''; // there is no room for it: messages will do
    }
  }

  /** Maps the memory that rank 0 has made; false if that cannot be. */
  map(path: string): boolean {
    const { sharing, signals } = this.engine.endpoint;
    if (this.rank === 0) return true;
    if (!sharing || !signals || !this.reachesAll(sharing)) return false;
    try {
      this.memory = sharing.map(path, areaBytes(this.members.length));
      this.signals = signals;
      return true;
    } catch {
      return false;
    }
  }

  /** What this node says of the memory, which it has mapped or not; the least of all counts. */
  opinion(isMapped: boolean): number {
    if (!isMapped) return opinions.none;
    return this.engine.endpoint.isDisturbed ? opinions.disturbed : opinions.mapped;
  }

  /** All have said what they think of the memory. */
  settle(least: number): void {
    const { memory, members, rank, engine } = this;
    this.withdraw?.();
    this.withdraw = undefined;
    this.memory = undefined;
    if (memory === undefined || least !== opinions.mapped) {
      this.close(least === opinions.disturbed);
      if (memory) engine.sharing?.release(memory);
      return;
    }
    const { sharing } = engine;
    forgotten.register(this, () => sharing?.release(memory));
    this.slotValues = new SlotValues(memory);
    const { signals } = this;
    const tell = (other: number, bytes: number): void => signals?.tell(members[other] as number, bytes);
    const disturbed = (): boolean => engine.endpoint.isDisturbed === true;
    this.area = new SharedArea(memory, rank, members.length, tell, disturbed);
  }

  /** No call is made here any more. */
  private close(isDisturbed: boolean): void {
    this.area = undefined;
    this.isRefused = true;
    this.isDisturbed = isDisturbed;
  }

  private reachesAll(sharing: MemorySharing): boolean {
    return this.members.length > 1 && this.members.every((member) => sharing.reaches(member));
  }

  /** Raises what is known of the nodes that are waited for: a failure, or a message of another call. */
  private lookAround(): void {
    const { engine, wait, where } = this;
    if (engine.failures.any) {
      wait.update();
      engine.failures.checkWait(where.context, wait);
    }
    const message = engine.matching.peek(where.context, ANY_SOURCE, where.tag);
    if (message) checkSignature(where, message.envelope);
  }
}
