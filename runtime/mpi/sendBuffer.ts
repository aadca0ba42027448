import { LockstepError } from '../protocol/errors';
import type { Wait } from '../protocol/node';
import type { SendOperation } from './operation';

/**
 * The room for buffered sends at one node (MPI standard 4.0, section 3.6). A message above the eager limit takes its
 * size of the room until a receive has taken it, a smaller one only needs to fit; there is no overhead to add.
 */
export class SendBuffer {
  private capacityBytes = 0;
  private readonly pending = new Map<SendOperation, number>();

  /** `complete` blocks until a send is done. */
  constructor(private readonly complete: (operation: SendOperation, wait: Wait) => void) {}

  /** Makes room, in addition to what there is. */
  attach(bytes: number): void {
    if (!Number.isInteger(bytes) || bytes < 0) {
      const problem = `${String(bytes)} is not a whole number of bytes`;
      throw new LockstepError('badBuffer', { operation: 'attachBuffer', problem });
    }
    this.capacityBytes += bytes;
  }

  /** Blocks until every message has left, and gives the room up; answers how much it was. */
  detach(wait: Wait): number {
    for (const operation of this.pending.keys()) {
      const { destination, tag } = operation.envelope;
      wait.peer = destination;
      wait.tag = tag;
      this.complete(operation, wait);
    }
    const bytes = this.capacityBytes;
    this.capacityBytes = 0;
    return bytes;
  }

  /** Throws LockstepError(noSendBuffer) if a message does not fit. */
  check(bytes: number): void {
    let used = 0;
    for (const each of this.pending.values()) used += each;
    const free = this.capacityBytes - used;
    if (bytes > free) throw new LockstepError('noSendBuffer', { bytes, free, capacity: this.capacityBytes });
  }

  /** Whether it holds the message of a send. */
  holds(operation: SendOperation): boolean {
    return this.pending.has(operation);
  }

  /** Holds a message until a receive has taken it. */
  hold(operation: SendOperation): void {
    if (operation.done) return;
    this.pending.set(operation, operation.envelope.bytes);
    operation.onDone = () => this.pending.delete(operation);
  }
}
