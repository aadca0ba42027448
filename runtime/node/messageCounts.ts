import type { MessageCounts } from '../mpi/engineOptions';

/** Memory for a node's counts, which its two threads share. */
export function allocateCounts(size: number): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * size * Uint32Array.BYTES_PER_ELEMENT);
}

/** The counts that lie in this memory. */
export function countsIn(memory: SharedArrayBuffer): MessageCounts {
  const size = memory.byteLength / Uint32Array.BYTES_PER_ELEMENT / 2;
  return {
    sent: new Uint32Array(memory, 0, size),
    taken: new Uint32Array(memory, size * Uint32Array.BYTES_PER_ELEMENT, size),
  };
}
