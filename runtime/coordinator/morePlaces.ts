import type { NodeHost } from '../launch/nodeHost';
import { placeMore, type Slots } from '../launch/placement';
import type { ClusterConfiguration } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';

/** A machine of a job that runs. */
export interface JobMachine {
  host: Pick<NodeHost, 'id'> & { readonly closed?: boolean };
  slots: Slots;
}

/**
 * The indices of the machines that take so many nodes more, beside those that live; machines that were lost since the job
 * began take none. Throws LockstepError(badPlacement), and allocationFull where the machines are Slurm's.
 */
export function morePlaces(
  count: number,
  living: readonly { host: Pick<NodeHost, 'id'> }[],
  machines: readonly JobMachine[],
  type: ClusterConfiguration['type'],
): number[] {
  const taken = machines.map(({ host }) => living.filter((seat) => seat.host.id === host.id).length);
  const left = machines.map(({ host, slots }) => (host.closed ? { ...slots, nodes: 0 } : slots));
  const places = left.reduce((sum, { nodes = Infinity }) => sum + nodes, 0);
  const size = living.length + count;
  if (size <= places) return placeMore(count, taken, left);
  const lost = machines.flatMap(({ host, slots }) => (host.closed ? [slots.name] : [])).join(' and ');
  throw new LockstepError(type === 'slurm' ? 'allocationFull' : 'badPlacement', { size, places, lost });
}
