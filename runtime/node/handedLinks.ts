/** The agent's part in data links: it opens them, and hands their sockets to its main thread (see transport/dataLinks/). */
import type { NodeBoot } from '../protocol/agentLink';
import { NativeSockets } from '../transport/dataLinks/nativeSockets';
import { takeSocket } from '../transport/dataLinks/takeSocket';
import type { SealedSocket } from '../transport/sealed/sealedSocket';
import type { DataLinkFrame } from './channel';
import { listenForPeers, openPeerLink, type PeerLink } from './peerDoor';
import { RelaySockets } from './relaySockets';

export class HandedLinks {
  private readonly native = NativeSockets.load(__dirname);
  private readonly relay: RelaySockets;

  /** `hand` gives a link to the main thread; `onUnreachable` is called for a node to which there is none. */
  constructor(
    private readonly boot: NodeBoot,
    private readonly secret: Uint8Array,
    /** Addresses of the nodes, by rank; see PeerLinks. */
    private readonly peers: readonly string[],
    private readonly hand: (link: DataLinkFrame) => void,
    private readonly onUnreachable: (rank: number) => void,
  ) {
    this.relay = new RelaySockets(boot, this.native);
  }

  /** Listens for the other nodes of the job. */
  listen(address: string): Promise<void> {
    const accept = ({ link, sealed }: PeerLink, rank: number) => {
      const { file, first } = takeSocket(this.native, link);
      this.hand({ type: 'linked', rank, file, first: first.toString('base64'), sealed: encode(sealed) });
    };
    return listenForPeers(this.boot, this.secret, address, this.peers, accept, this.relay);
  }

  /** Opens a link to a node. */
  async open(rank: number): Promise<void> {
    let opened: PeerLink;
    try {
      const to = { address: this.peers[rank] ?? '', rank };
      opened = await openPeerLink(this.boot, this.secret, to, this.relay);
    } catch {
      this.onUnreachable(rank);
      return;
    }
    const { link, sealed } = opened;
    this.hand({ type: 'linked', rank, file: takeSocket(this.native, link).file, sealed: encode(sealed) });
  }
}

function encode(sealed: SealedSocket | undefined): DataLinkFrame['sealed'] {
  return (
    sealed && {
      file: sealed.file,
      seal: sealed.seal.toString('base64'),
      open: sealed.open.toString('base64'),
    }
  );
}
