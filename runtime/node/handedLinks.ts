/** The agent's part in data links: it opens them, and hands their sockets to its main thread (see transport/dataLinks/). */
import type { NodeBoot } from '../protocol/agentLink';
import { NativeSockets } from '../transport/dataLinks/nativeSockets';
import { takeSocket } from '../transport/dataLinks/takeSocket';
import type { Link } from '../transport/link';
import type { DataLinkFrame } from './channel';
import { listenForPeers, openPeerLink } from './peerDoor';

export class HandedLinks {
  private readonly native = NativeSockets.load(__dirname);

  /** `hand` gives a link to the main thread; `onUnreachable` is called for a node to which there is none. */
  constructor(
    private readonly boot: NodeBoot,
    private readonly secret: Uint8Array,
    private readonly hand: (link: DataLinkFrame) => void,
    private readonly onUnreachable: (rank: number) => void,
  ) {}

  /** Addresses of the nodes, by rank; known once all have started. */
  peers: string[] = [];

  /** Listens for the other nodes of the job. */
  listen(address: string): Promise<void> {
    return listenForPeers(this.boot, this.secret, address, (link, rank) => {
      const { file, first } = takeSocket(this.native, link);
      this.hand({ type: 'linked', rank, file, first: first.toString('base64') });
    });
  }

  /** Opens a link to a node. */
  async open(rank: number): Promise<void> {
    let link: Link;
    try {
      link = await openPeerLink(this.boot, this.secret, this.peers[rank] ?? '');
    } catch {
      this.onUnreachable(rank);
      return;
    }
    this.hand({ type: 'linked', rank, file: takeSocket(this.native, link).file });
  }
}
