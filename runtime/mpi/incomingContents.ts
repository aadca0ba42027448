import { isPayloadOf } from '../core/codec';
import { type Envelope, type Message, messageModes } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { Layout } from './layout';
import { type Operation, ReceiveOperation } from './operation';

/** What a receive answers to the sender of a message that it has taken. */
export function acceptOf(taken: Envelope, clock: number): Envelope {
  const { source, destination } = taken;
  return {
    ...taken,
    mode: messageModes.accept,
    source: destination,
    destination: source,
    sequence: 0,
    clock,
  };
}

/** The contents that are under way to receives which have taken their offers. */
export class IncomingContents {
  /** By message id. */
  private readonly receives = new Map<number, ReceiveOperation>();

  /** The receives. */
  get all(): Iterable<ReceiveOperation> {
    return this.receives.values();
  }

  /** An operation has failed: no content is awaited any more. */
  forget(operation: Operation): void {
    if (!(operation instanceof ReceiveOperation) || !operation.message) return;
    this.receives.delete(operation.message.envelope.messageId);
    operation.message = undefined;
  }

  /** A receive has taken this offer: its content is to come. */
  await({ messageId }: Envelope, receive: ReceiveOperation): void {
    this.receives.set(messageId, receive);
  }

  /**
   * Where a content is to be put as it arrives: into the buffer of its receive, if it fits there, so that it is copied
   * once. Undefined: it gets memory of its own.
   */
  place({ messageId, source }: Envelope, partBytes: readonly number[]): Uint8Array[] | undefined {
    const { message: offer, buffer } = this.receives.get(messageId) ?? {};
    const [bytes] = partBytes;
    if (offer?.envelope.source !== source || !buffer || buffer instanceof Layout) return undefined;
    if (bytes === undefined || partBytes.length > 1 || bytes > buffer.byteLength) return undefined;
    if (!isPayloadOf(offer.payload.kind, buffer)) return undefined;
    return [new Uint8Array(buffer.buffer, buffer.byteOffset, bytes)];
  }

  /** A content has come: answers its receive, which now has its message. Throws LockstepError `malformed` if there is none. */
  take({ envelope, payload }: Message): ReceiveOperation {
    const receive = this.receives.get(envelope.messageId);
    const offer = receive?.message;
    if (receive === undefined || offer?.envelope.source !== envelope.source) {
      throw new LockstepError('malformed', {
        problem: `node ${envelope.source} sends a content that was not accepted`,
      });
    }
    this.receives.delete(envelope.messageId);
    receive.message = { envelope: offer.envelope, payload };
    return receive;
  }
}
