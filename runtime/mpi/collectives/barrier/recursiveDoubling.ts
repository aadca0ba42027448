/**
 * Barrier: recursive doubling.
 *
 * Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH",
 * 2005, section 4.5, without data. With p = 2^m + extra nodes, the last `extra` report to a partner among the first
 * 2^m; those exchange signals with the node that differs in bit 0, then 1, and so on, and release their partners.
 * Failures: none are masked; a node that is lost fails the call at the others.
 * Cost: m rounds of 2^m messages, and 2 rounds of `extra` messages if p is no power of two.
 */
import { exchange, type Participant, powerOfTwoUpTo, receive, type Schedule, send } from '../schedule';

export function* recursiveDoublingBarrier({ rank, size, encode }: Participant): Schedule<void> {
  const doubling = powerOfTwoUpTo(size);
  const signal = encode(undefined);
  if (rank >= doubling) {
    yield* send(rank - doubling, signal);
    yield* receive(rank - doubling);
    return;
  }
  const partner = rank + doubling;
  if (partner < size) yield* receive(partner);
  for (let bit = 1; bit < doubling; bit *= 2) yield* exchange(rank ^ bit, signal, rank ^ bit);
  if (partner < size) yield* send(partner, signal);
}
