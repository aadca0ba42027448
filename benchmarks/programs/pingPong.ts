/** What the programs of `bench p2p` share: the cases, and how a case is timed. */

/** What is sent, how it is received, and how many times it goes there and back in one batch. */
export interface Case {
  /** `recv`, or `recvInto` the array that the program has for it. */
  call: string;
  /** `bytes`, `doubles`, `number`, `string` or `object`. */
  kind: string;
  bytes: number;
  trips: number;
}

/** Batches of a case. */
export const batches = 25;

/** The cases that the arguments of a program ask for, each as `call:kind:bytes:trips`. */
export function casesOf(args: readonly string[]): Case[] {
  return args.map((word) => {
    const [call = '', kind = '', bytes, trips] = word.split(':');
    return { call, kind, bytes: Number(bytes), trips: Number(trips) };
  });
}

/**
 * Microseconds of one way, half of a trip there and back, from the milliseconds that each batch of trips took. The
 * fastest batch counts: whatever else the machine does makes them slower, never faster.
 */
export function oneWayMicroseconds(batchMs: readonly number[], trips: number): number {
  return (Math.min(...batchMs) * 1000) / (2 * trips);
}
