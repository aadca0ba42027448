import { LockstepError } from '../../protocol/errors';
import { checkRank, checkTag } from '../arguments';
import type { Communicator } from '../communicator';
import { Intercommunicator } from './intercommunicator';

/** What the leaders tell each other of their groups. */
interface Word {
  name: string;
  /** Ranks of world. */
  members: readonly number[];
  /** A context that no node of the group has in use. */
  next: number;
}

/**
 * Joins two groups of nodes (MPI_Intercomm_create). All nodes of both call it, each with the communicator of its own
 * group; the two groups have no node in common.
 *
 * @param localComm the communicator of this node's group
 * @param localLeader rank in it of the node that speaks for the group
 * @param peerComm a communicator that has both leaders, such as `world`; only the leaders' is looked at
 * @param remoteLeader the other leader's rank in it; only the leaders' is looked at
 * @param tag for the message between the leaders; other messages on `peerComm` have another one
 * @param name its name, for people; the same at all nodes; of both groups' names if not said
 * @throws LockstepError `rankOutOfRange`, `badTag`; `badGroup` if a node is in both groups; `collectiveMismatch`
 * @example
 * const side = world.rank < 2 ? 0 : 1;
 * const inter = createIntercommunicator(world.split(side), 0, world, side === 0 ? 2 : 0);
 */
export function createIntercommunicator(
  localComm: Communicator,
  localLeader: number,
  peerComm: Communicator,
  remoteLeader: number,
  tag = 0,
  name?: string,
): Intercommunicator {
  const call = 'createIntercommunicator';
  checkRank(call, 'localLeader', localLeader, localComm);
  const own: Word = {
    name: localComm.name,
    members: localComm.group.members,
    next: localComm.agreeOnContext(call),
  };
  let theirs: Word | undefined;
  if (localComm.rank === localLeader) {
    checkRank(call, 'remoteLeader', remoteLeader, peerComm);
    checkTag(call, tag);
    theirs = peerComm.swap(call, own, remoteLeader, tag);
  }
  const remote = localComm.share(call, theirs, localLeader);
  const twice = remote.members.find((member) => own.members.includes(member));
  if (twice !== undefined) {
    throw new LockstepError('badGroup', { operation: call, problem: `node ${twice} is in both groups` });
  }
  const [first, second] =
    Math.min(...own.members) < Math.min(...remote.members) ? [own, remote] : [remote, own];
  const context = Math.max(own.next, remote.next);
  const made = name ?? `${first.name} <-> ${second.name}`;
  return new Intercommunicator(...localComm.towards(context, made, remote.members));
}
