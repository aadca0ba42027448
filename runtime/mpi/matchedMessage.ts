import { ANY_TAG, type Message } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';

/** A message that `mprobe` has set aside, for `mrecv` or `imrecv` alone (MPI standard 4.0, section 3.8.2). */
export class MatchedMessage {
  /** Rank that sent it; PROC_NULL where there is none. */
  readonly source: number;
  /** Its tag; ANY_TAG where there is none. */
  readonly tag: number;
  private taken = false;

  /** @internal None stands for a message from PROC_NULL; `source` is a rank of the communicator. */
  constructor(
    private readonly message: Message | undefined,
    source: number,
  ) {
    this.source = source;
    this.tag = message?.envelope.tag ?? ANY_TAG;
  }

  /** @internal Gives it away, once. */
  take(operation: string): Message | undefined {
    const { source, tag } = this;
    if (this.taken) throw new LockstepError('messageReceived', { operation, source, tag });
    this.taken = true;
    return this.message;
  }
}
