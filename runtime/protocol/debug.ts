/** The Chrome DevTools Protocol as it travels between the debug adapter and a node's inspector. */
import type { ListedCommunicator, ListedMessage, MessageKind } from './messages';
import type { SourceLocation, Wait } from './node';

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

/** What it says of the node. */
export interface AttachedParams {
  /** Where the program's bundle lies on its machine. */
  bundlePath: string;
}

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
  /** What the program awaits while its event loop runs. */
  awaited(): Wait[];
  /** The program's line that the node stands in; undefined while none of its code runs. */
  here(): SourceLocation | undefined;
  /** Where the node sends messages of a context and tag to a node: the first place, if it is remembered. */
  sentAt(context: number, destinationRank: number, tag: number): SourceLocation | undefined;
}

/** The kinds of communication that a node can be told to stop at. */
export const communicationTypes = ['send', 'receive', 'collective', 'abort'] as const;
export type CommunicationType = (typeof communicationTypes)[number];

/** What a node stands at that stops in its communication. Ranks are those of the communicator; conditions see all of it. */
export interface CommunicationEvent {
  /** `send`: before a message leaves; `receive`: a receive has it; `collective`: before the call; `post`: before a receive; `abort`: before the job ends. */
  type: CommunicationType | 'post';
  /** A filter holds, the node steps into the call, or its message is the one that another node's step follows. */
  why: 'filter' | 'step' | 'followed';
  /** `send`, `irecv`, `allreduce`, … */
  call: string;
  communicator: string;
  source?: number;
  destination?: number;
  tag?: number;
  bytes?: number;
  /** Of a collective call. */
  root?: number;
  /** Of a collective call: what it combines with. */
  operation?: string;
  /** The other node, as a rank of `world`; -1 is any. */
  worldPeer?: number;
  context?: number;
  messageId?: number;
  /** Of an `abort`: what the job is to exit with. */
  code?: number;
  /** Of an `abort`: who reads of it reads this. */
  text?: string;
  /** Of a `post`: its message is here already. */
  arrived?: boolean;
}

/** A send that another node's step waits for; ranks are those of `world`, -1 is any tag. */
export interface AwaitedSend {
  context: number;
  destinationRank: number;
  tag: number;
}

/** Tells a node at which of its communication to stop. What is not asked for costs nothing. */
export interface CommunicationStops {
  /** `stop` stands still until the debugger lets it go on. */
  use(stop: (event: CommunicationEvent) => void): void;
  /** Replaces the conditions; those that are absent stop at nothing. */
  filter(conditions: Partial<Record<CommunicationType, (event: CommunicationEvent) => unknown>>): void;
  /** Whether to stop before the next send or receive: the node steps into it. */
  step(on: boolean): void;
  /** Stop when a receive has this message. */
  follow(messageId: number): void;
  /** Stop before this send; without one, no longer. */
  awaitSend(send?: AwaitedSend): void;
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
  stops: CommunicationStops;
}
