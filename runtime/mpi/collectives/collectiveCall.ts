import type { Payload } from '../../protocol/envelope';
import type { Wait } from '../../protocol/node';
import { decode, encode } from '../../core/codec';
import type { ProgressEngine } from '../progressEngine';

/** The collective calls; a call's place in this list is part of its tag: append only. */
export const collectives = [
  'barrier',
  'bcast',
  'scatter',
  'gather',
  'allgather',
  'alltoall',
  'reduce',
  'allreduce',
] as const;
export type Collective = (typeof collectives)[number];

/** Calls that can be told apart by their tags: 2^27, with 16 collectives each. */
const sequencePeriod = 2 ** 27;
const collectivesReserved = 16;

/**
 * One collective call at one node: what an algorithm may use. Its messages travel in a context of their own with a
 * tag made of the call's number and its name, so they meet only those of the same call at other nodes.
 */
export class CollectiveCall {
  readonly rank: number;
  readonly size: number;
  private readonly tag: number;
  /** One object for all waits of the call: it is read while the node blocks. */
  private readonly wait: Wait;

  /** `sequence` counts the collective calls of the communicator, from 0. */
  constructor(
    private readonly engine: ProgressEngine,
    private readonly context: number,
    readonly name: Collective,
    communicator: string,
    sequence: number,
  ) {
    this.rank = engine.rank;
    this.size = engine.size;
    this.tag = (sequence % sequencePeriod) * collectivesReserved + collectives.indexOf(name);
    this.wait = { operation: name, communicator, peer: undefined };
  }

  encode(value: unknown): Payload {
    return encode(value, this.name);
  }

  send(value: unknown, destination: number): void {
    this.forward(this.encode(value), destination);
  }

  /** Sends a payload as it is; on return its memory may be reused. */
  forward(payload: Payload, destination: number): void {
    this.wait.peer = destination;
    this.engine.send(this.context, destination, this.tag, payload, 'eager', this.wait);
  }

  receive(source: number): unknown {
    return decode(this.receivePayload(source));
  }

  /** Receives a payload that may be forwarded before it is decoded. */
  receivePayload(source: number): Payload {
    this.wait.peer = source;
    return this.engine.receive(this.context, source, this.tag, this.wait).payload;
  }
}
