import { ANY_SOURCE, ANY_TAG, type Message, type PROC_NULL } from '../protocol/envelope';
import { payloadElements } from '../core/codec';

/**
 * What is known of a received message beside its value (MPI standard 4.0, section 3.2.5): pass one to `recv`, `wait` or
 * `probe` and read it afterwards.
 *
 * @example
 * const status = new Status();
 * const row = world.recv<Float64Array>(ANY_SOURCE, ANY_TAG, status);
 * log(`${status.count} numbers from rank ${status.source}`);
 */
export class Status {
  /** Rank that sent the message; ANY_SOURCE until there is one, and after a send. */
  source: number = ANY_SOURCE;
  /** Tag of the message; ANY_TAG until there is one, and after a send. */
  tag: number = ANY_TAG;
  /** Size of the message as it travelled. */
  bytes = 0;
  /** Elements, if the message is a typed array; 1 for any other value, 0 for `undefined`. */
  count = 0;
  /** True if the request was cancelled before a message matched. */
  cancelled = false;

  /** @internal Makes this the status of a message from a rank of its communicator. */
  set({ envelope, payload }: Message, source: number): void {
    this.source = source;
    this.tag = envelope.tag;
    this.bytes = envelope.bytes;
    this.count = payloadElements(payload.kind, envelope.bytes);
    this.cancelled = false;
  }

  /** @internal Makes this the status of what brings no message: a send, a cancelled receive, or one from PROC_NULL. */
  setEmpty(source: typeof ANY_SOURCE | typeof PROC_NULL = ANY_SOURCE, cancelled = false): void {
    this.source = source;
    this.tag = ANY_TAG;
    this.bytes = 0;
    this.count = 0;
    this.cancelled = cancelled;
  }
}
