/** The sockets between nodes whose main threads cannot carry messages themselves: one way each, opened with the first message. */
import { decodeMessage, FrameReader, frameTypes } from '../core/framing';
import type { NodeBoot } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { Link } from '../transport/link';
import { listenForPeers, openPeerLink, type PeerLink } from './peerDoor';

/** A socket with more than this waiting to be written is full. */
const fullBytes = 4 << 20;

interface Outgoing {
  socket?: Link;
  /** What came before the link was up. */
  waiting: Uint8Array[];
  waitingBytes: number;
  lost: boolean;
  corked: boolean;
}

export class PeerLinks {
  private readonly outgoing = new Map<number, Outgoing>();
  private readonly incoming = new Set<Link>();
  private paused = false;

  /**
   * `onMessage` gets the body of each message's frame, `onDrained` is called when a full link has room again, `onLost`
   * when a node cannot be reached (any more): what was sent to it is lost.
   */
  constructor(
    private readonly boot: NodeBoot,
    private readonly secret: Uint8Array,
    private readonly onMessage: (body: Uint8Array) => void,
    private readonly onDrained: () => void,
    private readonly onLost: (rank: number) => void,
  ) {}

  /** Addresses of the nodes, by rank; known once all have started, and grows as further ones join. */
  readonly peers: string[] = [];

  /** Listens for the other nodes of the job. */
  async listen(address: string): Promise<void> {
    const accept = ({ link }: PeerLink, rank: number) => this.accept(link, rank);
    await listenForPeers(this.boot, this.secret, address, this.peers, accept);
  }

  /** True while some link has more to write than it should. */
  get full(): boolean {
    for (const link of this.outgoing.values()) {
      if (link.waitingBytes + (link.socket?.writableLength ?? 0) > fullBytes) return true;
    }
    return false;
  }

  /** Sends bytes of a frame; the buffer belongs to the link from now on. */
  write(destination: number, bytes: Uint8Array): void {
    const link = this.outgoing.get(destination) ?? this.open(destination);
    if (link.lost) return;
    if (!link.socket) {
      link.waiting.push(bytes);
      link.waitingBytes += bytes.length;
      return;
    }
    if (!link.corked) {
      link.corked = true;
      link.socket.cork();
    }
    link.socket.write(bytes);
  }

  /** Lets out what `write` has gathered. */
  flush(): void {
    for (const link of this.outgoing.values()) {
      if (!link.corked) continue;
      link.corked = false;
      link.socket?.uncork();
    }
  }

  /** Stops or goes on taking in messages. */
  pause(paused: boolean): void {
    if (this.paused === paused) return;
    this.paused = paused;
    for (const socket of this.incoming) {
      if (paused) socket.pause();
      else socket.resume();
    }
  }

  private open(destination: number): Outgoing {
    const link: Outgoing = { waiting: [], waitingBytes: 0, lost: false, corked: false };
    this.outgoing.set(destination, link);
    const lose = () => {
      link.lost = true;
      link.waiting = [];
      link.waitingBytes = 0;
      this.onLost(destination);
      this.onDrained();
    };
    const to = { address: this.peers[destination] ?? '', rank: destination };
    openPeerLink(this.boot, this.secret, to).then(({ link: socket }) => {
      socket.on('error', () => undefined).on('close', lose);
      socket.on('drain', this.onDrained).resume();
      link.socket = socket;
      for (const bytes of link.waiting) socket.write(bytes);
      link.waiting = [];
      link.waitingBytes = 0;
      this.onDrained();
    }, lose);
    return link;
  }

  private accept(socket: Link, source: number): void {
    const reader = new FrameReader((type, body) => {
      if (type !== frameTypes.message)
        throw new LockstepError('malformed', { problem: `a frame of type ${type}` });
      // Checked here, where the link can be closed; the main thread belongs to the program.
      const { envelope } = decodeMessage(body);
      if (envelope.source !== source || envelope.destination !== this.boot.rank) {
        const problem = `a message from ${envelope.source} to ${envelope.destination} came from node ${source}`;
        throw new LockstepError('malformed', { problem });
      }
      this.onMessage(body);
    });
    this.incoming.add(socket);
    socket.on('error', () => undefined).on('close', () => this.incoming.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch {
        socket.destroy(); // malformed: this link closes, the node lives
      }
    });
    if (!this.paused) socket.resume();
  }
}
