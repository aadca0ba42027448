/** What the programs of `bench p2p` share: the cases, and how a case is timed. */

/** A message's size, and how many times it goes there and back in one batch. */
export interface Case {
  bytes: number;
  trips: number;
}

/** Batches of a case; the middle one counts, so that a moment in which the machine did other work does not. */
export const batches = 9;

/** The cases that the arguments of a program ask for, each as `bytes:trips`. */
export function casesOf(args: readonly string[]): Case[] {
  return args.flatMap((word) => {
    const [bytes, trips] = word.split(':').map(Number);
    return bytes && trips ? [{ bytes, trips }] : [];
  });
}

/** Microseconds of one way, half of a trip there and back, from the milliseconds that each batch of trips took. */
export function oneWayMicroseconds(batchMs: readonly number[], trips: number): number {
  const sorted = [...batchMs].sort((a, b) => a - b);
  return ((sorted[sorted.length >> 1] as number) * 1000) / (2 * trips);
}
