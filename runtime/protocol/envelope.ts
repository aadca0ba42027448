/**
 * Every message has a name: the envelope. Matching, the timeline, deadlock explanations and stepping along
 * a message all read it; nothing else invents its own.
 */
export interface Envelope {
  /** What it does on its way from sender to receiver. */
  mode: MessageMode;
  /** Context id of the communicator; collectives of a communicator travel in a context of their own. */
  communicator: number;
  /** Ranks in `world`, not in the communicator. */
  source: number;
  destination: number;
  tag: number;
  /**
   * Counts the messages from this source to this destination in this communicator, from 0. `accept` and `content`, which
   * belong to a message that was counted, have 0.
   */
  sequence: number;
  /** Unique in the job: `source * 2 ** 32 + n`; `accept` and `content` carry that of the message they belong to. */
  messageId: number;
  /** Lamport clock of the sender at the send. */
  clock: number;
  /** Size of the message's payload, also where it does not travel along. */
  bytes: number;
  /** The collective call that it is of, in 32 bits; 0 for point to point. */
  signature: number;
}

/**
 * How a message travels. A small one goes at once (the eager protocol); one above the eager limit is announced, and its
 * content follows when a receive has taken it (rendezvous). The numbers travel: append only.
 */
export const messageModes = {
  /** With its content; its sender is done. */
  eager: 0,
  /** With its content, from a sender that counts on the receive being there already (`rsend`). */
  ready: 1,
  /** With its content, from a sender that waits until a receive has taken it (a small `ssend`). */
  synchronous: 2,
  /** Without its content, which its sender keeps until a receive has taken the message. */
  offer: 3,
  /** Back to the sender: a receive has taken the message. */
  accept: 4,
  /** The content of an offer that was accepted. */
  content: 5,
  /** With its content, for whoever handles the communicator's notices; no receive takes it. */
  notice: 6,
} as const;
export type MessageMode = (typeof messageModes)[keyof typeof messageModes];

/** A value made ready to travel: bytes of the codec, with large typed arrays beside them, uncopied. */
export interface Payload {
  /** How `parts` are to be read; the codec's business. */
  kind: number;
  parts: Uint8Array[];
}

export interface Message {
  envelope: Envelope;
  payload: Payload;
}

/** What a standard send sends without waiting for its receive, unless it is set otherwise. */
export const defaultEagerLimitBytes = 64 * 1024;

/** Matches any source in `recv` and `probe`. */
export const ANY_SOURCE = -1;
/** Matches any tag in `recv` and `probe`. */
export const ANY_TAG = -1;
/** No node: a send there goes nowhere, a receive from there returns `undefined` at once. */
export const PROC_NULL = -2;
/** In the place of a root, at the root itself: the call is between the two groups of an intercommunicator. */
export const ROOT = -3;
/** The largest tag a program may use; the standard asks for at least 32767. */
export const maximumTag = 0x7fffffff;
/** The largest payload of one message. */
export const maximumPayloadBytes = 2 ** 31 - 1;

export function payloadBytes({ parts }: Payload): number {
  let bytes = 0;
  for (let i = 0; i < parts.length; i += 1) bytes += (parts[i] as Uint8Array).length;
  return bytes;
}
