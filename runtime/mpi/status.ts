import { ANY_SOURCE, ANY_TAG, type Message, payloadBytes } from '../protocol/envelope';
import { payloadElements } from '../core/codec';

/**
 * What is known of a received message beside its value: pass one to `recv` and read it afterwards.
 *
 * @example
 * const status = new Status();
 * const row = world.recv<Float64Array>(ANY_SOURCE, ANY_TAG, status);
 * log(`${status.count} numbers from rank ${status.source}`);
 */
export class Status {
  /** Rank that sent the message; ANY_SOURCE until there is one. */
  source: number = ANY_SOURCE;
  /** Tag of the message; ANY_TAG until there is one. */
  tag: number = ANY_TAG;
  /** Size of the message as it travelled. */
  bytes = 0;
  /** Elements, if the message is a typed array; 1 for any other value, 0 for `undefined`. */
  count = 0;

  /** Makes this the status of a message. */
  set({ envelope, payload }: Message): void {
    this.source = envelope.source;
    this.tag = envelope.tag;
    this.bytes = payloadBytes(payload);
    this.count = payloadElements(payload);
  }
}
