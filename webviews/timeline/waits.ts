/**
 * Who waited for whom. Of a call: until when it could not go on because another node had not come yet, and which one.
 *
 * A receive waits for a send that begins later than it (a *late sender*), a send for a receive that does (a *late
 * receiver*), a collective for the node that came last of those whose data it needs: from the message that was sent last
 * of those that the call received, the chain of such messages is followed backwards, to the call that began late and not
 * because of another one. A collective in shared memory, which has no messages, waits for the node that came last of all.
 * The wait states are those of F. Wolf and B. Mohr, "Automatic performance analysis of hybrid MPI/OpenMP applications", 2003
 * (Scalasca); the chain is a piece of the critical path. Cost: the arrivals of the calls on the chain, which is at most
 * `longestChain` calls long. Time that a message takes on its way is no waiting.
 */
import { firstPlace } from './columns';
import type { Meeting, OperationStore } from './operationStore';
import type { TimeWindow } from './timeWindow';

/** A piece of a call in which it waited, from the call's begin on. */
export interface CallWait {
  untilMs: number;
  /** Place of the operation that it waited for. */
  cause: number;
}

/** Waiting of one node for another one, added up. */
export interface PairWait {
  rank: number;
  causeRank: number;
  totalMs: number;
  /** Place of the call that waited longest. */
  longest: number;
}

const longestChain = 64;

/** Until when a call waited and for what; undefined where it did not, or where what is recorded does not tell. */
export function findWait(store: OperationStore, call: number): CallWait | undefined {
  const beginMs = store.begin.at(call);
  const endMs = store.end.at(call);
  if (store.role(call) === 'send') {
    const received = store.otherEnd(call);
    if (received === undefined) return undefined;
    // A small message leaves at once: its receive may begin long after the call has ended.
    const untilMs = store.begin.at(received);
    return untilMs > beginMs && untilMs <= endMs ? { untilMs, cause: received } : undefined;
  }
  const meeting = store.meeting(call);
  const cause = meeting ? lastOf(meeting) : causeOf(store, call, endMs, longestChain);
  if (cause === undefined) return undefined;
  const untilMs = Math.min(endMs, store.begin.at(cause));
  return untilMs > beginMs ? { untilMs, cause } : undefined;
}

/** Who has come last, once all are known: somebody who is not could have come later. */
function lastOf({ missing, last }: Meeting): number | undefined {
  return missing === 0 ? last : undefined;
}

/** The operation that came last of those that a call needed, by a time within it. */
function causeOf(store: OperationStore, call: number, byMs: number, hops: number): number | undefined {
  const sent = lastSent(store, call, byMs);
  if (sent === undefined || hops === 0) return undefined;
  if (store.kind(sent) !== 'message') return sent;
  // Sent within a collective: did that call wait itself, or did it begin late?
  const sentMs = store.begin.at(sent);
  const around = store.callAt(store.rank.at(sent), sentMs);
  if (around === undefined || store.end.at(around) < sentMs) return undefined;
  return causeOf(store, around, sentMs, hops - 1) ?? around;
}

/** Of the messages that a call has received by a time, the one that was sent last; only if that was after its begin. */
function lastSent(store: OperationStore, call: number, byMs: number): number | undefined {
  const arrivals = store.arrivals[store.rank.at(call)];
  if (!arrivals) return undefined;
  let latest: number | undefined;
  let latestMs = store.begin.at(call);
  const first = firstPlace(arrivals.length, (i) => store.end.at(arrivals.at(i)) >= latestMs);
  for (let i = first; i < arrivals.length; i += 1) {
    const arrival = arrivals.at(i);
    if (store.end.at(arrival) > byMs) break;
    const sent = store.otherEnd(arrival);
    if (sent === undefined || store.begin.at(sent) <= latestMs) continue;
    latest = sent;
    latestMs = store.begin.at(sent);
  }
  return latest;
}

/** Who waited for whom in a piece of time, the longest first, among nodes that are shown. */
export function pairWaits(store: OperationStore, ranks: readonly number[], window: TimeWindow): PairWait[] {
  const shown = new Set(ranks);
  const pairs = new Map<number, PairWait & { longestMs: number }>();
  for (const rank of ranks) {
    const lane = store.calls[rank];
    if (!lane) continue;
    const first = firstPlace(lane.length, (i) => store.end.at(lane.at(i)) >= window.from);
    for (let i = first; i < lane.length; i += 1) {
      const call = lane.at(i);
      if (store.begin.at(call) > window.to) break;
      const wait = store.waitOf(call);
      const causeRank = wait ? store.rank.at(wait.cause) : rank;
      if (!wait || causeRank === rank || !shown.has(causeRank)) continue;
      const ms = Math.min(wait.untilMs, window.to) - Math.max(store.begin.at(call), window.from);
      if (ms <= 0) continue;
      const key = rank * 65_536 + causeRank;
      let pair = pairs.get(key);
      if (!pair) pairs.set(key, (pair = { rank, causeRank, totalMs: 0, longest: call, longestMs: 0 }));
      pair.totalMs += ms;
      if (ms > pair.longestMs) [pair.longest, pair.longestMs] = [call, ms];
    }
  }
  return [...pairs.values()].sort((a, b) => b.totalMs - a.totalMs || a.rank - b.rank);
}
