import type { TrafficRow } from '../protocol/agentLink';

/** What the main thread has sent, by destination, as counted by itself in memory that the agent sees. */
export class TrafficCounter {
  private readonly counts: Float64Array;
  private readonly reported: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.counts = new Float64Array(memory);
    this.reported = new Float64Array(this.counts.length);
  }

  /** Messages and bytes to each destination since the last call. */
  take(): TrafficRow[] {
    const { counts, reported } = this;
    const rows: TrafficRow[] = [];
    for (let to = 0; 2 * to < counts.length; to += 1) {
      const [messages, bytes] = [counts[2 * to] as number, counts[2 * to + 1] as number];
      const newMessages = messages - (reported[2 * to] as number);
      if (newMessages === 0) continue;
      rows.push([to, newMessages, bytes - (reported[2 * to + 1] as number)]);
      reported[2 * to] = messages;
      reported[2 * to + 1] = bytes;
    }
    return rows;
  }
}
