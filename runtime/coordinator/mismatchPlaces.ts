import type { Finding, JobFailure } from '../protocol/job';
import { describeWait } from '../protocol/node';
import type { NodeHandle } from './nodeHandle';

/** The other nodes come to the call that does not match, or fail at it themselves: their agents tell of a wait some 20 ms later. */
const settleMs = 80;

type Other = Pick<NodeHandle, 'rank' | 'info' | 'finished'>;

/** True of calls that do not match each other: the node that sees it first tells it, and others have part in it. */
export const concernsOthers = ({ error }: JobFailure): boolean => error.code === 'collectiveMismatch';

/** The failure with the line of each node that has part in it: who waits in a call, or has failed in one too. */
export async function withMismatchPlaces(failure: JobFailure, nodes: readonly Other[]): Promise<JobFailure> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const places = nodes.flatMap((node) => placeOf(node, failure) ?? []);
  return places.length > 1 ? { ...failure, places } : failure;
}

function placeOf({ rank, info, finished }: Other, told: JobFailure): Finding | undefined {
  const own = rank === told.rank ? told : finished?.failure;
  if (own && concernsOthers(own)) {
    return { rank, at: own.at, text: `Node ${rank} calls ${String(own.error.data['ours'])} here.` };
  }
  const { wait } = info;
  return info.state === 'blocked' && wait?.at
    ? { rank, at: wait.at, text: `Node ${rank} waits in ${describeWait(wait)} here.` }
    : undefined;
}
