import { describeSilence, type FailureDetector } from './failureDetector';
import type { JobContext } from './jobContext';
import type { NodeHandle } from './nodeHandle';

/** Looks at how long the nodes of a job have been silent: some are suspect then, some dead. */
export function judgeSilence(
  silence: FailureDetector,
  nodes: readonly NodeHandle[],
  { clock, seats, detector }: Pick<JobContext, 'clock' | 'seats' | 'detector'>,
): void {
  for (const [rank, verdict] of silence.look(clock.nowMs())) {
    const node = nodes[rank] as NodeHandle;
    if (!node.live || verdict === 'alive') continue;
    // Whose machine is out of reach has until the lease runs out, which its host tells.
    const outOfReach = seats[rank]?.host.reachable === false;
    if (verdict === 'suspect' || outOfReach) node.suspect();
    else {
      node.take(describeSilence(detector, node.ready));
      node.process?.kill();
    }
  }
}
