/**
 * Links between the agents of a job's nodes, with the handshake done: one way each, opened by the sender. Its first byte
 * says whether the messages will go past the relays: 1, with the token of a connection, or 0. To a 1 the other side
 * answers whether it has that connection too.
 */
import type { NodeBoot } from '../protocol/agentLink';
import { type LinkIdentity, readExactly, written } from '../transport/handshake';
import { Door, type Link } from '../transport/link';
import { linkKeys } from '../transport/sealed/records';
import type { SealedSocket } from '../transport/sealed/sealedSocket';
import { tokenBytes } from '../transport/tlsLink';
import { listenAt, openProvenLink } from '../transport/unixSocket';
import type { RelaySockets } from './relaySockets';

/** How long the first byte may take: whoever opened the link may have to ask its relay first. */
const firstByteMs = 20_000;
const no = Buffer.of(0);
const yes = Buffer.of(1);

/** A link, and the connection past the relays that goes with it, if there is one. */
export interface PeerLink {
  link: Link;
  sealed?: SealedSocket;
}

/**
 * Listens for the other nodes of the job; calls back with each that has proved itself. `peers` are those that it has been
 * told of, which all begin to run after that.
 */
export async function listenForPeers(
  boot: NodeBoot,
  secret: Uint8Array,
  address: string,
  peers: readonly string[],
  onPeer: (link: PeerLink, rank: number) => void,
  relay?: RelaySockets,
): Promise<void> {
  const expected = ({ role, job, rank }: LinkIdentity): boolean =>
    role === 'peer' && job === boot.job && rank < Math.max(boot.size, peers.length);
  const door = new Door(
    (identity) => (expected(identity) ? secret : undefined),
    (link, { rank }, session) => {
      acceptSealed(link, session, relay)
        .then((sealed) => onPeer({ link, sealed }, rank))
        .catch(() => link.destroy()); // it has gone meanwhile: so has who opened it
    },
  );
  await listenAt(address, (stream) => void door.knock(stream));
}

/** Opens a link to the node at an address; rejects when it is not there, or not who it should be. */
export async function openPeerLink(
  boot: NodeBoot,
  secret: Uint8Array,
  { address, rank }: { address: string; rank: number },
  relay?: RelaySockets,
): Promise<PeerLink> {
  const identity: LinkIdentity = { role: 'peer', job: boot.job, rank: boot.rank };
  const { link, session } = await openProvenLink(address, identity, secret);
  const socket = await relay?.open(rank);
  if (!relay || !socket) {
    await written(link, no);
    return { link };
  }
  try {
    await written(link, Buffer.concat([yes, socket.token]));
    if ((await readExactly(link, 1)).equals(yes)) {
      const { toAcceptor, toConnector } = linkKeys(session);
      return { link, sealed: { file: socket.file, seal: toAcceptor, open: toConnector } };
    }
  } catch (error) {
    relay.close(socket);
    throw error;
  }
  relay.close(socket);
  return { link };
}

async function acceptSealed(
  link: Link,
  session: Buffer,
  relay: RelaySockets | undefined,
): Promise<SealedSocket | undefined> {
  const timer = setTimeout(() => link.destroy(), firstByteMs);
  const [wanted] = await readExactly(link, 1).finally(() => clearTimeout(timer));
  if (wanted !== yes[0]) return undefined;
  const token = await readExactly(link, tokenBytes);
  const socket = await relay?.claim(token);
  await written(link, socket ? yes : no);
  if (!socket) return undefined;
  const { toAcceptor, toConnector } = linkKeys(session);
  return { file: socket.file, seal: toConnector, open: toAcceptor };
}
