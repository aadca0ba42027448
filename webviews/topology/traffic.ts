import type { EdgeTraffic } from '../../runtime/protocol/events';

/** One direction between two nodes: its sums since the job's start and its newest rates. */
export interface Edge extends EdgeTraffic {
  messagesPerSecond: number;
  bytesPerSecond: number;
  /** When it was last heard of, on the view's clock. */
  heardMs: number;
}

/** A job's edges by `edgeKey`. */
export type Traffic = ReadonlyMap<number, Edge>;

/** An edge that has not been heard of for so long is quiet. */
export const quietAfterMs = 1600;

/** Newest share of a smoothed rate. */
const weightOfNew = 0.6;

/** Unique for each direction between two ranks. */
export function edgeKey(source: number, destination: number): number {
  return source * 65_536 + destination;
}

/** The edges of a snapshot: sums, and no rate yet. */
export function trafficOfSnapshot(edges: readonly EdgeTraffic[]): Traffic {
  return new Map(
    edges.map((edge) => [
      edgeKey(edge.source, edge.destination),
      { ...edge, messagesPerSecond: 0, bytesPerSecond: 0, heardMs: -Infinity },
    ]),
  );
}

/** The edges after one interval's traffic. */
export function addTraffic(
  traffic: Traffic,
  edges: readonly EdgeTraffic[],
  intervalMs: number,
  nowMs: number,
): Traffic {
  const perSecond = 1000 / Math.max(intervalMs, 1);
  const next = new Map(traffic);
  for (const { source, destination, messages, bytes } of edges) {
    const key = edgeKey(source, destination);
    const known = next.get(key);
    const weight = known && !isQuiet(known, nowMs) ? weightOfNew : 1;
    const smooth = (before: number, now: number) => before + weight * (now - before);
    next.set(key, {
      source,
      destination,
      messages: (known?.messages ?? 0) + messages,
      bytes: (known?.bytes ?? 0) + bytes,
      messagesPerSecond: smooth(known?.messagesPerSecond ?? 0, messages * perSecond),
      bytesPerSecond: smooth(known?.bytesPerSecond ?? 0, bytes * perSecond),
      heardMs: nowMs,
    });
  }
  return next;
}

/** Whether nothing goes over an edge at the moment. */
export function isQuiet(edge: Edge, nowMs: number): boolean {
  return nowMs - edge.heardMs > quietAfterMs;
}

export interface TrafficSum {
  messages: number;
  bytes: number;
  messagesPerSecond: number;
  bytesPerSecond: number;
}

/** Sums and rates of many edges together. */
export function sumTraffic(edges: Iterable<Edge>, nowMs: number): TrafficSum {
  const sum: TrafficSum = { messages: 0, bytes: 0, messagesPerSecond: 0, bytesPerSecond: 0 };
  for (const edge of edges) {
    sum.messages += edge.messages;
    sum.bytes += edge.bytes;
    if (isQuiet(edge, nowMs)) continue;
    sum.messagesPerSecond += edge.messagesPerSecond;
    sum.bytesPerSecond += edge.bytesPerSecond;
  }
  return sum;
}

/** What a node has sent and received. */
export function nodeTraffic(
  traffic: Traffic,
  rank: number,
  nowMs: number,
): { out: TrafficSum; in: TrafficSum } {
  const edges = [...traffic.values()];
  return {
    out: sumTraffic(
      edges.filter((edge) => edge.source === rank),
      nowMs,
    ),
    in: sumTraffic(
      edges.filter((edge) => edge.destination === rank),
      nowMs,
    ),
  };
}

export interface Peer {
  rank: number;
  /** Sums of both directions. */
  messages: number;
  bytes: number;
  sent: number;
  received: number;
}

/** With whom a node has exchanged most bytes, most first. */
export function topPeers(traffic: Traffic, rank: number, limit: number): Peer[] {
  const peers = new Map<number, Peer>();
  for (const edge of traffic.values()) {
    if (edge.source !== rank && edge.destination !== rank) continue;
    const other = edge.source === rank ? edge.destination : edge.source;
    const peer = peers.get(other) ?? { rank: other, messages: 0, bytes: 0, sent: 0, received: 0 };
    peer.messages += edge.messages;
    peer.bytes += edge.bytes;
    if (edge.source === rank) peer.sent += edge.messages;
    else peer.received += edge.messages;
    peers.set(other, peer);
  }
  return [...peers.values()]
    .sort((a, b) => b.bytes - a.bytes || b.messages - a.messages || a.rank - b.rank)
    .slice(0, limit);
}
