/**
 * What the timeline knows of a node's communication: one record an operation, of a fixed size, so that a node writes
 * it into memory that lies ready. A record is 64 bytes: four numbers of 64 bits, then eight of 32, in the order of the
 * fields below, in the byte order of the machine (all that Node.js runs on are little endian).
 *
 * A call that met the other nodes of its communicator in shared memory has no message, and its `messageId`, `tag` and `peer`
 * say which meeting it was: calls that agree in the first two belong together, at whatever call recording began.
 *
 * The logical clock is Lamport's (L. Lamport, "Time, clocks, and the ordering of events in a distributed system",
 * 1978): one number a node, one more at each send, past the sender's at each receive.
 */
import type { SourceLocation } from './node';

/** Bytes of one record. */
export const operationBytes = 64;

/** Places of the fields: `wide` in a Float64Array, `narrow` in an Int32Array, both over one record. */
export const operationFields = {
  wide: { beginMs: 0, endMs: 1, messageId: 2, clock: 3 },
  narrow: { kind: 8, name: 9, peer: 10, tag: 11, communicator: 12, bytes: 13, site: 14, algorithm: 15 },
} as const;

/**
 * - `call`: the program was in a communication call, from its begin to its end
 * - `request`: a nonblocking call was under way, from its call to its completion
 * - `message`: a message of a collective, or the sent half of a `sendrecv`
 *
 * The numbers are recorded: append only.
 */
export const operationKinds = ['call', 'request', 'message'] as const;
export type OperationKind = (typeof operationKinds)[number];

/** What an operation did with the message that it names. */
export const messageRoles = ['none', 'send', 'receive'] as const;
export type MessageRole = (typeof messageRoles)[number];

/** The bits of the field `kind`. */
export const operationBits = { kind: 0b11, roleShift: 2, role: 0b11, likeSite: 0b10000 } as const;

/** Says that an operation has no single message. */
export const noMessage = -1;

/**
 * When a message left: when its send began, as it is recorded, but not after it was received. The clocks of two nodes of one machine
 * agree to some tenths of a microsecond, those of two machines to what it takes to compare them: what is known better is that
 * no message is received before it was sent.
 */
export function leftAt(sendBeganMs: number, receiveEndedMs: number): number {
  return Math.min(sendBeganMs, receiveEndedMs);
}

/** Whether an operation of this kind, role and `messageId` is a call that met others in shared memory. */
export function isMeeting(kind: OperationKind, role: MessageRole, messageId: number): boolean {
  return kind === 'call' && role === 'none' && messageId !== noMessage;
}

/** One communication operation of a node. */
export interface Operation {
  kind: OperationKind;
  /** The call as the program made it: `send`, `irecv`, `waitAll`, `allreduce`. */
  name: string;
  /** Milliseconds of the coordinator's monotonic clock; of small messages right to some tenths of a microsecond. */
  beginMs: number;
  endMs: number;
  /** Whether it sent or received the message `messageId`. */
  role: MessageRole;
  /**
   * The message's name in the job; of a call that met others in shared memory the communicator's, its context and first
   * node; {@link noMessage} of others.
   */
  messageId: number;
  /** Lamport clock of the node when it ended. */
  clock: number;
  /** Rank in `world` of the message's other end; of a call that met others in shared memory how many; -1 of others. */
  peer: number;
  /** The message's tag; in a collective, and of a call that met others in shared memory, its number. */
  tag: number;
  /** The communicator's name. */
  communicator: string;
  bytes: number;
  /** Where in the program it was called. */
  at?: SourceLocation;
  /** The place is that of the latest call like this one: there were too many to look at each. */
  isLikeSite: boolean;
  /** Of a collective. */
  algorithm?: string;
}

/** The words and places that the records of a node speak of by number, 0 standing for none. */
export interface OperationWords {
  names: string[];
  sites: SourceLocation[];
}

/** A new one of these, on its way from the thread that records. */
export type OperationWord = { name: string; site?: undefined } | { site: SourceLocation; name?: undefined };

/** Operations of a node on their way to whoever watches. */
export interface OperationBatch {
  /** Whole records, in base64. */
  records: string;
  /** All words so far, where there are new ones. */
  words?: OperationWords;
  /** Operations since the last batch that are left out, as there was no room for them. */
  leftOut: number;
}

/** Where the operations of a node of a job lie, for a process of the coordinator's machine. */
export interface NodeRecording {
  rank: number;
  /** Name of its machine. */
  host: string;
  /** See core/timeline/recordingFile.ts. */
  path: string;
  /** To be added to its times for the coordinator's monotonic clock. */
  offsetMs: number;
}

/** The fields of a record that are numbers as they are, read out of `bytes` one record at a time. */
export class OperationReader {
  private readonly wide: Float64Array;
  private readonly narrow: Int32Array;
  readonly length: number;

  /** `bytes` holds whole records; a part of one at the end is not looked at. */
  constructor(bytes: Uint8Array) {
    this.length = Math.floor(bytes.byteLength / operationBytes);
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
    this.wide = new Float64Array(aligned.buffer, aligned.byteOffset, this.length * 8);
    this.narrow = new Int32Array(aligned.buffer, aligned.byteOffset, this.length * 16);
  }

  /** One of the fields of 64 bits. */
  number(index: number, field: keyof typeof operationFields.wide): number {
    return this.wide[index * 8 + operationFields.wide[field]] as number;
  }

  /** One of the fields of 32 bits. */
  integer(index: number, field: keyof typeof operationFields.narrow): number {
    return this.narrow[index * 16 + operationFields.narrow[field]] as number;
  }

  /** The whole record, with the node's words; `offsetMs` is added to its times. */
  operation(index: number, { names, sites }: OperationWords, offsetMs: number): Operation {
    const bits = this.integer(index, 'kind');
    const word = (field: 'name' | 'communicator' | 'algorithm'): string | undefined =>
      names[this.integer(index, field) - 1];
    return {
      kind: operationKinds[bits & operationBits.kind] ?? 'call',
      name: word('name') ?? '…',
      beginMs: this.number(index, 'beginMs') + offsetMs,
      endMs: this.number(index, 'endMs') + offsetMs,
      role: messageRoles[(bits >> operationBits.roleShift) & operationBits.role] ?? 'none',
      messageId: this.number(index, 'messageId'),
      clock: this.number(index, 'clock'),
      peer: this.integer(index, 'peer'),
      tag: this.integer(index, 'tag'),
      communicator: word('communicator') ?? 'world',
      bytes: this.integer(index, 'bytes'),
      at: sites[this.integer(index, 'site') - 1],
      isLikeSite: (bits & operationBits.likeSite) !== 0,
      algorithm: word('algorithm'),
    };
  }
}
