/**
 * A node's post office, one for each endpoint and shared by all its communicators: names the messages that leave
 * (sequence, id, logical clock), matches those that arrive, and blocks where a call must wait.
 */
import type { Endpoint } from '../transport/endpoint';
import {
  type Envelope,
  type Message,
  type Payload,
  maximumPayloadBytes,
  messageModes,
  payloadBytes,
} from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import type { Wait } from '../protocol/node';
import { copyPayload } from '../core/codec';
import { Matching, type PostedReceive } from './matching';

export class Mailbox {
  readonly rank: number;
  readonly size: number;
  private readonly matching: Matching;
  /** Lamport's logical clock: one more at each send, past the sender's at each receive. */
  private clock = 0;
  private sent = 0;
  /** By context, then by destination: the next sequence number. */
  private readonly sequences = new Map<number, number[]>();

  constructor(private readonly endpoint: Endpoint) {
    this.rank = endpoint.rank;
    this.size = endpoint.size;
    this.matching = new Matching(endpoint.size);
  }

  /** Hands a message over; on return the payload's memory may be reused. A message to oneself always fits. */
  send(communicator: number, destination: number, tag: number, payload: Payload, wait: Wait): void {
    const bytes = payloadBytes(payload);
    if (bytes > maximumPayloadBytes) {
      throw new LockstepError('frameTooLarge', { bytes, limit: maximumPayloadBytes });
    }
    const envelope: Envelope = {
      mode: messageModes.eager,
      communicator,
      source: this.rank,
      destination,
      tag,
      sequence: this.nextSequence(communicator, destination),
      messageId: this.rank * 2 ** 32 + this.sent++,
      clock: ++this.clock,
      bytes,
    };
    if (destination === this.rank) this.matching.arrive({ envelope, payload: copyPayload(payload) });
    else this.endpoint.send(envelope, payload, wait);
  }

  /** Blocks until a message matches, and takes it. */
  receive(communicator: number, source: number, tag: number, wait: Wait): Message {
    const message =
      this.matching.take(communicator, source, tag) ?? this.await(communicator, source, tag, wait);
    this.clock = Math.max(this.clock, message.envelope.clock) + 1;
    return message;
  }

  /** Blocks until a message matches, and leaves it where it is. */
  probe(communicator: number, source: number, tag: number, wait: Wait): Message {
    for (;;) {
      const message = this.matching.peek(communicator, source, tag);
      if (message !== undefined) return message;
      const arrived = this.endpoint.poll();
      if (arrived === undefined) this.endpoint.wait(wait);
      else this.matching.arrive(arrived);
    }
  }

  private await(communicator: number, source: number, tag: number, wait: Wait): Message {
    const receive: PostedReceive = { communicator, source, tag, message: undefined };
    this.matching.post(receive);
    try {
      for (;;) {
        const arrived = this.endpoint.poll();
        if (arrived === undefined) this.endpoint.wait(wait);
        else if (this.matching.arrive(arrived) === receive) return arrived;
      }
    } finally {
      // Where the wait threw, the receive must not swallow a later message.
      if (receive.message === undefined) this.matching.cancel(receive);
    }
  }

  private nextSequence(communicator: number, destination: number): number {
    let sequences = this.sequences.get(communicator);
    if (sequences === undefined) {
      sequences = [];
      this.sequences.set(communicator, sequences);
    }
    const sequence = sequences[destination] ?? 0;
    sequences[destination] = sequence + 1;
    return sequence;
  }
}
