/** Calls that have no end, and so no record: nodes that wait now, or waited when their job was ended. Pure. */
import type { Wait } from '../../runtime/protocol/node';
import { hasEnded, type JobView } from '../shared/jobs';
import type { OperationStore } from './operationStore';

export interface OpenWait {
  rank: number;
  wait: Wait;
  /** On the store's clock. */
  fromMs: number;
  /** The job has ended, the wait never has. */
  isOver: boolean;
}

/** Which moment of the store's clock is which of the view's. */
export interface ClockMatch {
  storeMs: number;
  viewMs: number;
}

/** The waits without an end, by rank. Each begins after its node's last call; `match` tells how much after. */
export function openWaits({ job, nodes }: JobView, store: OperationStore, match: ClockMatch): OpenWait[] {
  const ended = hasEnded(job.state);
  return nodes.flatMap(({ info, lastWait, sinceMs }, rank): OpenWait[] => {
    const isBlocked = info.state === 'blocked';
    const wait = isBlocked ? info.wait : lastWait;
    // A node that is done has left its last call.
    if (!wait || (!isBlocked && !(info.state === 'dead' && job.state !== 'succeeded'))) return [];
    const lane = store.calls[rank];
    const lastMs = lane && lane.length > 0 ? store.end.at(lane.at(lane.length - 1)) : store.firstMs;
    const sinceStoreMs = Math.min(store.lastMs, match.storeMs + sinceMs - match.viewMs);
    const fromMs = isBlocked ? Math.max(lastMs, sinceStoreMs) : lastMs;
    return [{ rank, wait, fromMs, isOver: ended }];
  });
}
