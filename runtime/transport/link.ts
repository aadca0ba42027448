/** Streams of bytes between processes of a run, whatever carries them. */
import { type Duplex, pipeline } from 'node:stream';
import { type LinkIdentity, proveAcceptor } from './handshake';

/** A stream of bytes to a process that has proved itself. */
export type Link = Duplex;

/** How many links may be in their handshake at once; beyond that the one that has taken longest is closed. */
const maximumPending = 512;

/** Lets in whoever proves itself. */
export class Door {
  /** In the order in which they came. */
  private readonly pending = new Set<Duplex>();

  /** `secretFor` names the secret that an identity has to know, or undefined for one that is not expected. */
  constructor(
    private readonly secretFor: (identity: LinkIdentity) => Uint8Array | undefined,
    private readonly onLink: (link: Link, identity: LinkIdentity, session: Buffer) => void,
  ) {}

  /** A stream that somebody has opened to us. */
  async knock(stream: Duplex): Promise<void> {
    const [oldest] = this.pending;
    // Whoever is honest is through in no time: a crowd that says nothing does not keep him out.
    if (oldest && this.pending.size >= maximumPending) {
      this.pending.delete(oldest);
      oldest.destroy();
    }
    this.pending.add(stream);
    try {
      const { identity, session } = await proveAcceptor(stream, this.secretFor);
      this.onLink(stream, identity, session);
    } catch {
      // The handshake has closed the stream; a stranger is owed no answer.
    } finally {
      this.pending.delete(stream);
    }
  }
}

/** Makes two streams one: what comes in at either goes out at the other, and both end together. */
export function splice(left: Duplex, right: Duplex): void {
  const ended = () => undefined; // pipeline has destroyed both
  pipeline(left, right, ended);
  pipeline(right, left, ended);
}
