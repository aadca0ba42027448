import type { MessageCounts } from '../mpi/engineOptions';
import { maximumRanks } from '../protocol/configuration';

const rows = 3;

/** Memory for a node's counts, which its two threads share; with room for nodes that join later. */
export function allocateCounts(): SharedArrayBuffer {
  return new SharedArrayBuffer(rows * maximumRanks * Uint32Array.BYTES_PER_ELEMENT);
}

/** The counts that lie in this memory. */
export function countsIn(memory: SharedArrayBuffer): MessageCounts {
  const rowBytes = maximumRanks * Uint32Array.BYTES_PER_ELEMENT;
  const row = (index: number) => new Uint32Array(memory, index * rowBytes, maximumRanks);
  return { sent: row(0), taken: row(1), cutOff: row(2) };
}
