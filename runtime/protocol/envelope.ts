/**
 * Every message has a name: the envelope. Matching, the timeline, deadlock explanations and stepping along
 * a message all read it; nothing else invents its own.
 */
export interface Envelope {
  /** Context id of the communicator; collectives of a communicator travel in a context of their own. */
  communicator: number;
  /** Ranks in `world`, not in the communicator. */
  source: number;
  destination: number;
  tag: number;
  /** Counts the messages from this source to this destination in this communicator, from 0. */
  sequence: number;
  /** Unique in the job: `source * 2 ** 32 + n`. */
  messageId: number;
  /** Lamport clock of the sender at the send. */
  clock: number;
}

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

/** Matches any source in `recv` and `probe`. */
export const ANY_SOURCE = -1;
/** Matches any tag in `recv` and `probe`. */
export const ANY_TAG = -1;
/** The largest tag a program may use; the standard asks for at least 32767. */
export const maximumTag = 0x7fffffff;
/** The largest payload of one message. */
export const maximumPayloadBytes = 2 ** 31 - 1;

export function payloadBytes(payload: Payload): number {
  let bytes = 0;
  for (const part of payload.parts) bytes += part.byteLength;
  return bytes;
}
