/** Gathers events for a view; what a later event of the batch makes stale is left out. */
import type { ClusterEvent, ClusterEventType } from '../../runtime/protocol/events';

/** Events since the last `take`, bounded by the number of jobs and nodes for everything but samples and traffic. */
export class EventBatch {
  private readonly wanted: ReadonlySet<ClusterEventType>;
  private readonly events = new Map<string, ClusterEvent>();
  private count = 0;

  /** Takes only events of these kinds. */
  constructor(wanted: readonly ClusterEventType[]) {
    this.wanted = new Set(wanted);
  }

  /** Adds an event; false where it is of no interest. */
  add(event: ClusterEvent): boolean {
    if (!this.wanted.has(event.type)) return false;
    const key = this.keyOf(event);
    // Deleted first, so that the newest state takes its place at the end of the order.
    this.events.delete(key);
    this.events.set(key, event);
    return true;
  }

  /** All that waits, in order, which then waits no more. */
  take(): ClusterEvent[] {
    const events = [...this.events.values()];
    this.events.clear();
    return events;
  }

  private keyOf(event: ClusterEvent): string {
    switch (event.type) {
      case 'nodeChanged':
        return `node ${event.node.rank} of ${event.node.job}`;
      case 'clockChanged':
        return 'clock';
      default:
        this.count += 1;
        return `${this.count}`;
    }
  }
}
