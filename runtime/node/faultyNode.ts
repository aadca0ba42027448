import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { monotonicMs } from '../core/clock';
import type { FaultyNode } from '../transport/faults/faultyEndpoint';
import type { Channel } from './channel';

/** What an endpoint under faults needs of the node whose main thread has this channel. */
export function faultyNode(channel: Channel): FaultyNode {
  const { cells } = channel.status;
  const index = channel.status.indexOf('faults');
  return {
    nowMs: monotonicMs,
    machine: createHash('sha256').update(hostname()).digest().readUInt32LE(0),
    // Asked in every call: a plain load, as what is missed once is seen the next time.
    version: () => cells[index] as number,
    takeIn: () => void channel.pump(),
  };
}
