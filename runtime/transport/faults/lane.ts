/**
 * The way to one other node under faults, as its sender sees it: what becomes of each message. Pure; time and chance are
 * handed in.
 *
 * The model is that of `tc netem` below TCP (S. Hemminger, "Network emulation with NetEm", 2005; loss and its
 * retransmission after RFC 6298: 200 ms, doubled with each loss of the same message). On a raw edge a message of a
 * point-to-point call is a datagram: one loss and it is gone. All other messages (of collectives, one-sided calls, and of
 * the rendezvous protocol itself) are not lost there, so that a program can still end with a barrier.
 *
 * The fate of the n-th message on an edge depends on the seed, the edge, n and the faults that then last, and on nothing
 * else but, under a bandwidth, the time that the messages before it take.
 */
import { seededRandom } from '../../core/seededRandom';
import type { Edge } from './edge';

const firstRetransmissionMs = 200;
/** More losses of one message in a row are not drawn: the wait doubles with each. */
const mostRetransmissions = 8;

export class Lane {
  /** Absent while nothing is wrong. */
  edge: Edge | undefined;
  private readonly random: () => number;
  /** Until then the bandwidth is taken by what was sent before. */
  private busyUntilMs = -Infinity;

  constructor(seed: number, from: number, to: number) {
    this.random = seededRandom(
      (Math.imul(seed, 0x9e3779b1) ^ Math.imul(from + 1, 0x85ebca6b) ^ (to + 1)) >>> 0,
    );
  }

  /** The delays in ms with which the message arrives: once, twice, or, if it is a datagram, not at all. */
  fate(edge: Edge, bytes: number, isDatagram: boolean, nowMs: number): number[] {
    const [lost, doubled, late, jitter] = [this.random(), this.random(), this.random(), this.random()];
    const queuedMs = this.transmit(bytes, edge.bytesPerMs, nowMs);
    if (isDatagram && (edge.cut || lost < edge.loss)) return [];
    const jitterMs = edge.jitterMs * (2 * jitter - 1);
    const lateMs = late < edge.reorder ? edge.reorderMs : 0;
    const againMs = edge.raw ? 0 : retransmissionMs(edge.loss, lost);
    const delayMs = queuedMs + Math.max(0, edge.delayMs + jitterMs) + lateMs + againMs;
    if (doubled >= edge.duplicate) return [delayMs];
    const secondMs = this.transmit(bytes, edge.bytesPerMs, nowMs) - queuedMs;
    return isDatagram ? [delayMs, delayMs + secondMs] : [delayMs];
  }

  /** Takes the bandwidth; answers how long it takes until all has left. */
  private transmit(bytes: number, bytesPerMs: number, nowMs: number): number {
    if (bytesPerMs === Infinity) return 0;
    this.busyUntilMs = Math.max(this.busyUntilMs, nowMs) + bytes / bytesPerMs;
    return this.busyUntilMs - nowMs;
  }
}

/** How long a message takes longer that is lost as often as one draw from 0 to 1 says. */
function retransmissionMs(loss: number, draw: number): number {
  if (draw >= loss) return 0;
  const losses = loss >= 1 ? mostRetransmissions : Math.floor(Math.log(draw) / Math.log(loss));
  return firstRetransmissionMs * (2 ** Math.min(losses, mostRetransmissions) - 1);
}
