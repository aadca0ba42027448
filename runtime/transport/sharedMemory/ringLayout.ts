/**
 * Where things lie in the memory that a node shares with the others of its machine: its **inbox**.
 *
 *   header (one page): the bell, who sleeps, whether the program has ended, which rings are open
 *   a ring for each other node, by rank, also for those that may join later; its pages are taken when it is opened
 *
 * A ring has one writer and one reader. Its control lines come first, each written by one side alone; then **slots** of
 * 128 bytes, one a message, with the envelope and a payload of up to 72 bytes; then **bulk**, a ring of bytes in which
 * larger payloads pass. An eight-byte message is one cache line.
 */
export const headerBytes = 4096;
const pageBytes = 4096;

/** Cells of the header, in units of four bytes; what different processes write lies on different cache lines. */
export const headerCells = {
  bell: 16,
  /** What waits for the bell, as bits; see memoryBell.ts. */
  asleep: 32,
  /** Descriptors of its process by which who sleeps on sockets too is woken: who blocks, who awaits. */
  blockedWaker: 40,
  awaitingWaker: 41,
  /** 1 once the program has ended: nobody reads any more. */
  closed: 48,
  /** Number of rings opened so far. */
  openedCount: 64,
  /** By rank: 1 once its ring is open. */
  opened: 128,
} as const;

/** Where the header holds the job's token, by which a sender knows that it has opened the right memory. */
export const tokenOffset = 3072;
export const tokenBytes = 32;

/** Cells of a ring's control lines. */
export const ringCells = {
  /** Writer: messages committed, bytes of bulk written; both count modulo 2^32. */
  slotTail: 0,
  bulkTail: 1,
  /** Reader: messages taken, bytes of bulk taken. */
  slotHead: 16,
  bulkHead: 17,
  /** 1 while the writer waits for room. */
  writerWaits: 32,
} as const;

/** Offset of the first slot in a ring. */
export const slotsOffset = 256;
export const slotBytes = 128;

/** Fields of a slot: cells of four bytes, then numbers of eight, then the payload if it is short. */
export const slotCells = {
  /** Number of the message plus one; written last, and what the reader looks at. */
  commit: 0,
  /** Kind of payload, and number of parts times 256. */
  kind: 1,
  communicator: 2,
  tag: 3,
  mode: 4,
  /** `Envelope.bytes`. */
  bytes: 5,
  /** All that follows: the parts, and before them their lengths where there are more than one. */
  payloadBytes: 6,
  signature: 7,
} as const;
export const slotNumbers = { sequence: 4, messageId: 5, clock: 6 } as const;
/** Offset of a short payload in its slot. */
export const inlineOffset = 56;
export const inlineBytes = slotBytes - inlineOffset;

export interface RingLayout {
  /** Powers of two. */
  slots: number;
  bulkBytes: number;
  /** Offset of bulk in a ring, and size of a ring, in whole pages. */
  bulkOffset: number;
  ringBytes: number;
}

/** All rings of an inbox together have about this much bulk, however many nodes there are. */
const inboxBulkBytes = 4 << 20;

/** The rings of a job that began with this size. */
export function ringLayout(size: number): RingLayout {
  const share = 2 ** Math.floor(Math.log2(inboxBulkBytes / size));
  const bulkBytes = Math.min(1 << 20, Math.max(1 << 15, share));
  const slots = Math.min(256, Math.max(32, bulkBytes / 4096));
  const bulkOffset = slotsOffset + slots * slotBytes;
  const ringBytes = Math.ceil((bulkOffset + bulkBytes) / pageBytes) * pageBytes;
  return { slots, bulkBytes, bulkOffset, ringBytes };
}

/** Offset of the ring in which messages from this rank come. */
export function ringOffset(layout: RingLayout, source: number): number {
  return headerBytes + source * layout.ringBytes;
}

/** Size of an inbox with rings for so many ranks. */
export function inboxBytes(layout: RingLayout, ranks: number): number {
  return ringOffset(layout, ranks);
}

export type { SharedBytes } from '../endpoint';
