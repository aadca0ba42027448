import type { Envelope } from '../protocol/envelope';
import type { Leftovers } from '../protocol/messages';
import type { LostMessages } from '../protocol/faults';
import type { FaultObserver } from '../transport/faults/faultyEndpoint';
import type { ProgressEngine } from '../mpi/progressEngine';

/** So many kinds of lost messages are told apart. */
const remembered = 20;

/** What injected faults do to the messages of a node: keeps its counts and numbers right, and remembers what was lost. */
export class InjectedFaults implements FaultObserver {
  /** By destination and tag. */
  private readonly kinds = new Map<string, LostMessages & { communicator: number }>();
  private readonly raw = new Set<number>();

  constructor(private readonly engine: ProgressEngine) {}

  lost({ communicator, destination, tag }: Envelope): void {
    this.engine.counts.sent[destination]! -= 1;
    const key = `${destination} ${communicator} ${tag}`;
    const kind = this.kinds.get(key);
    if (kind) kind.messages += 1;
    else if (this.kinds.size < remembered)
      this.kinds.set(key, { communicator, destination, tag, messages: 1 });
  }

  doubled({ destination }: Envelope): void {
    this.engine.counts.sent[destination]! += 1;
  }

  number(envelope: Envelope): void {
    this.raw.add(envelope.source);
    envelope.sequence = this.engine.matching.due(envelope.communicator, envelope.source);
  }

  cutOff(source: number, messages: number): void {
    this.engine.counts.cutOff[source] = messages;
  }

  /** What the coordinator is told of them when the program has ended. */
  summary(): Pick<Leftovers, 'lost' | 'rawSources'> {
    return { lost: this.lostMessages(), rawSources: this.raw.size === 0 ? undefined : [...this.raw] };
  }

  /** What was lost on the way from this node, by destination and tag, with its place in the program; undefined if nothing was. */
  lostMessages(): LostMessages[] | undefined {
    if (this.kinds.size === 0) return undefined;
    return [...this.kinds.values()].map(({ communicator, ...kind }) => ({
      ...kind,
      at: this.engine.sendSites.placeOf(communicator, kind.destination, kind.tag),
    }));
  }
}
