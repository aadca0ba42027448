import { decode, encode } from '../core/codec';
import { Group } from '../mpi/group';
import type { ProgressEngine } from '../mpi/progressEngine';
import type { Wait } from '../protocol/node';

/** Takes what a node says, with its rank. */
export type NoticeReader = (value: unknown, from: number) => void;

const describedAwaits = 4;
const telling: Wait = { operation: 'tell', communicator: 'tasks' };

/**
 * The messages of a program of tasks: a message space of its own, which no failure of a node makes useless. Sending blocks
 * while the way is full, and is void where the other node is gone.
 */
export class TaskPort {
  readonly rank: number;
  readonly size: number;
  readonly name = 'tasks';
  private readonly context: number;
  private readonly readers = new Map<number, NoticeReader>();

  /** Made at all nodes at the same point of their programs, so that all have the same context. */
  constructor(readonly engine: ProgressEngine) {
    this.rank = engine.rank;
    this.size = engine.size;
    this.context = engine.groups.next;
    const members = Array.from({ length: engine.size }, (_, rank) => rank);
    engine.groups.add(this.context, new Group(members, engine.rank));
    engine.groups.register(this.context, this);
    engine.notices.on(this.context, ({ envelope, payload }, from) => {
      this.readers.get(envelope.tag)?.(decode(payload), from);
    });
  }

  /** Has the notices of a tag read so. */
  on(tag: number, reader: NoticeReader): void {
    this.readers.set(tag, reader);
  }

  /** Calls back with each node that fails, once all that it had sent was taken in; and whether it ended by itself. */
  onFailed(listener: (rank: number, byItself: boolean) => void): void {
    this.engine.failures.listeners.add(listener);
  }

  hasFailed(rank: number): boolean {
    return this.engine.failures.failed.has(rank);
  }

  send(rank: number, tag: number, value: unknown): void {
    this.engine.notices.send(this.context, rank, tag, encode(value, 'task'), telling);
  }

  /** Takes in what has arrived. */
  progress(): void {
    this.engine.progress(telling);
  }

  /** Blocks until a condition holds that only what arrives can bring about. */
  blockUntil(condition: () => boolean, wait: Wait): void {
    this.engine.blockUntil(condition, wait);
  }

  /**
   * Says what the program awaits, with the line that it is in; call what is returned when that is over. Of many at a time
   * only the first are remembered: finding the line takes longer than a task may.
   */
  awaiting(what: string): () => void {
    const { awaited, capture } = this.engine;
    if (awaited.size >= describedAwaits) return () => undefined;
    // It waits for nobody in particular: a task can always be placed anew.
    const wait: Wait = {
      operation: `await of ${what}`,
      communicator: 'world',
      idle: `awaits ${what}`,
      waitsFor: [],
    };
    const site = capture?.();
    wait.update = () => (wait.at = site?.());
    return awaited.add(wait);
  }

  /** Resolves once something may have arrived. */
  arrival(): Promise<void> {
    return this.engine.endpoint.arrival();
  }
}
