/** Links between the agents of a job's nodes, with the handshake done: one way each, opened by the sender. */
import type { NodeBoot } from '../protocol/agentLink';
import type { LinkIdentity } from '../transport/handshake';
import { Door, type Link } from '../transport/link';
import { listenAt, openLink } from '../transport/unixSocket';

/** Listens for the other nodes of the job; calls back with each that has proved itself. */
export async function listenForPeers(
  boot: NodeBoot,
  secret: Uint8Array,
  address: string,
  onPeer: (link: Link, rank: number) => void,
): Promise<void> {
  const expected = ({ role, job, rank }: LinkIdentity): boolean =>
    role === 'peer' && job === boot.job && rank < boot.size;
  const door = new Door(
    (identity) => (expected(identity) ? secret : undefined),
    (link, { rank }) => onPeer(link, rank),
  );
  await listenAt(address, (stream) => void door.knock(stream));
}

/** Opens a link to the node at an address; rejects when it is not there, or not who it should be. */
export function openPeerLink(boot: NodeBoot, secret: Uint8Array, address: string): Promise<Link> {
  return openLink(address, { role: 'peer', job: boot.job, rank: boot.rank }, secret);
}
