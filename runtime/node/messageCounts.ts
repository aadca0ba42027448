import type { MessageCounts } from '../mpi/engineOptions';

const rows = 3;

/** Memory for a node's counts, which its two threads share. */
export function allocateCounts(size: number): SharedArrayBuffer {
  return new SharedArrayBuffer(rows * size * Uint32Array.BYTES_PER_ELEMENT);
}

/** The counts that lie in this memory. */
export function countsIn(memory: SharedArrayBuffer): MessageCounts {
  const size = memory.byteLength / Uint32Array.BYTES_PER_ELEMENT / rows;
  const row = (index: number) => new Uint32Array(memory, index * size * Uint32Array.BYTES_PER_ELEMENT, size);
  return { sent: row(0), taken: row(1), cutOff: row(2) };
}
