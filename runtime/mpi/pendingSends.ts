import type { Envelope } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { type Operation, SendOperation } from './operation';

/** The sends of a node that no receive has taken yet, by message id. */
export class PendingSends {
  private readonly sends = new Map<number, SendOperation>();

  values(): Iterable<SendOperation> {
    return this.sends.values();
  }

  add(send: SendOperation): void {
    this.sends.set(send.envelope.messageId, send);
  }

  /** The send that an answer accepts. Throws LockstepError `malformed` if there is none. */
  accepted({ messageId, source }: Envelope): SendOperation {
    const send = this.sends.get(messageId);
    if (send?.envelope.destination !== source) {
      const problem = `node ${source} accepts message ${messageId}, which it was not offered`;
      throw new LockstepError('malformed', { problem });
    }
    this.sends.delete(messageId);
    return send;
  }

  /** An operation has failed: no answer is awaited any more. */
  forget(operation: Operation): void {
    if (operation instanceof SendOperation) this.sends.delete(operation.envelope.messageId);
  }
}
