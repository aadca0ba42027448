import { type MessageMode, messageModes } from '../protocol/envelope';
import type { LockstepError } from '../protocol/errors';
import type { Site } from './operation';
import type { OperationRecorder } from './timeline/operationRecorder';

/**
 * How a send is done:
 * - `standard`: eager up to the limit, rendezvous above
 * - `eager`: eager at any size
 * - `ready`: eager at any size, for a receive that is said to be posted
 * - `synchronous`: done when a receive has taken it
 */
export type SendKind = 'standard' | 'eager' | 'ready' | 'synchronous';

/** Messages to and from each node, by rank, modulo 2^32; whoever shares the memory sees them grow. */
export interface MessageCounts {
  /** Counted before they are handed to the transport. */
  sent: Uint32Array;
  /** Counted when they are taken from it. */
  taken: Uint32Array;
  /** Of messages that were sent here: those that wait behind a cut. */
  cutOff: Uint32Array;
}

/** Counts that nobody else looks at. */
export function noCounts(size: number): MessageCounts {
  return { sent: new Uint32Array(size), taken: new Uint32Array(size), cutOff: new Uint32Array(size) };
}

/** What a progress engine may be told. */
export interface EngineOptions {
  eagerLimitBytes?: number;
  counts?: MessageCounts;
  /** Remembers where in the program the present call was made. */
  capture?: () => Site;
  /** Hears of every operation, for the timeline. */
  recorder?: OperationRecorder;
  /** Ends the job, and does not return. */
  abort?: (error: LockstepError) => never;
  /** Name of the machine: the nodes of one share its memory. */
  host?: string;
}

/** How a job ends that nobody else ends: by an error. */
export function raise(error: LockstepError): never {
  throw error;
}

/** How a message of this size travels. */
export function modeFor(kind: SendKind, bytes: number, eagerLimitBytes: number): MessageMode {
  if (kind === 'eager') return messageModes.eager;
  if (kind === 'ready') return messageModes.ready;
  if (bytes > eagerLimitBytes) return messageModes.offer;
  return kind === 'synchronous' ? messageModes.synchronous : messageModes.eager;
}
