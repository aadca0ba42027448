/** The Chrome DevTools Protocol as it travels between the debug adapter and a node's inspector. */
import type { ListedCommunicator, ListedMessage, MessageKind } from './messages';
import type { SourceLocation } from './node';

export interface CdpRequest {
  id: number;
  method: string;
  params?: object;
}

export interface CdpResponse {
  id: number;
  result?: object;
  error?: { code: number; message: string };
}

export interface CdpEvent {
  method: string;
  params?: object;
}

export type CdpMessage = CdpRequest | CdpResponse | CdpEvent;

/**
 * Sent by the node's agent as a {@link CdpEvent} of this method once the node can be debugged
 * (its process is up and its inspector session open) and before it loads the program.
 */
export const nodeAttachedMethod = 'Lockstep.attached';

/** As above, once the node's inspector session has closed: the process ended or the debugger was detached. */
export const nodeDetachedMethod = 'Lockstep.detached';

/**
 * The one id in `hitBreakpoints` of the `Debugger.paused` event by which a node stops on the first line of the
 * program's function (`stopOnEntry`).
 */
export const entryBreakpointId = 'lockstep.entry';

/**
 * Name of the object that a node offers to evaluated expressions while it is debugged:
 * `globalThis[Symbol.for('lockstep.debug')]`. Its shape is {@link DebugHelpers}.
 */
export const debugHelpersSymbol = 'lockstep.debug';

/** The receives, messages, sends and requests that are open at a node, and its communicators. */
export interface OpenMessages {
  /** How many there are of each kind. */
  counts(): Record<MessageKind, number>;
  /** Some of one kind, in order. */
  list(kind: MessageKind, start: number, count: number): ListedMessage[];
  /** A copy of the value of one, by its place in that order; undefined where the node does not have it. */
  value(kind: MessageKind, index: number): unknown;
  /** In the order in which they were made; `world` first. */
  communicators(): ListedCommunicator[];
  /** Where the node sends messages of a context and tag to a node: the first place, if it is remembered. */
  sentAt(context: number, destinationRank: number, tag: number): SourceLocation | undefined;
}

export interface DebugHelpers {
  rank: number;
  size: number;
  /** Counts a hit of a breakpoint and says how many there have been. */
  hit(breakpoint: number): number;
  /** Forgets the hits of a breakpoint. */
  forget(breakpoint: number): void;
  /** The program's function, once it is about to be called. */
  entry?: unknown;
  /** A value as the console shows it; a string is itself. */
  format(value: unknown): string;
  /** The exception whose breakpoint condition is being evaluated. */
  error?: unknown;
  /** Prints a logpoint's line as output of the node. */
  log(text: string): void;
  /** What is open at the node. */
  messages: OpenMessages;
}
