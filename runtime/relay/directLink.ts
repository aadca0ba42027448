/**
 * A link between two relays past the coordinator: one TLS connection that carries the streams between the nodes of two
 * machines. When it breaks, the side that opened it opens another, and nothing is lost; when it stays away for the
 * lease, its streams end and the coordinator is told.
 */
import type { Duplex } from 'node:stream';
import type { DirectState } from '../protocol/relay';
import { Mux } from '../transport/mux';
import { reachAgain } from '../transport/reachAgain';
import { Session } from '../transport/session';

/** How often each side says that it lives. */
const beatMs = 1000;
/** A connection that is silent for so many beats has ended without a word. */
const silentBeats = 4;

export interface DirectLinkOptions {
  leaseMs: number;
  /** Opens the connection again; absent on the side that waits for it. */
  reach?: () => Promise<Duplex>;
  /** Where the other side listens; absent on the side that waits for it. */
  address?: { host: string; port: number };
  onOpen(label: string, stream: Duplex): void;
  onChanged(state: DirectState): void;
}

export class DirectLink {
  private readonly session = new Session({
    onBytes: (bytes) => this.mux.receive(bytes),
    onDrained: () => this.mux.proceed(),
  });
  private readonly mux: Mux;
  private pipe: Duplex | undefined;
  private closed = false;
  private lease: NodeJS.Timeout | undefined;

  constructor(private readonly options: DirectLinkOptions) {
    this.mux = new Mux(this.session, options.reach !== undefined, options.onOpen);
  }

  get address(): DirectLinkOptions['address'] {
    return this.options.address;
  }

  /** Takes a connection in the place of the one before. */
  attach(pipe: Duplex): void {
    const back = this.lease !== undefined;
    clearTimeout(this.lease);
    this.lease = undefined;
    this.pipe?.destroy();
    this.pipe = pipe;
    this.session.attach(pipe);
    const stopBeating = this.beat(pipe);
    pipe.once('close', () => {
      stopBeating();
      if (this.pipe === pipe && !this.closed) this.broken();
    });
    if (back) this.options.onChanged('back');
  }

  /** Opens a stream to the other relay. */
  open(label: string): Duplex {
    return this.mux.open(label);
  }

  /** Ends the connection and its streams; nobody is told. */
  close(): void {
    this.closed = true;
    clearTimeout(this.lease);
    this.mux.close();
    this.pipe?.destroy();
  }

  private broken(): void {
    this.pipe = undefined;
    const { leaseMs, reach, onChanged } = this.options;
    this.lease = setTimeout(() => {
      this.close();
      onChanged('lost');
    }, leaseMs);
    onChanged('broken');
    if (!reach) return;
    const wanted = () => this.pipe === undefined && !this.closed;
    void reachAgain(reach, leaseMs, wanted).then((pipe) => {
      if (pipe && wanted()) this.attach(pipe);
      else pipe?.destroy();
    });
  }

  private beat(pipe: Duplex): () => void {
    let silent = 0;
    pipe.on('data', () => (silent = 0));
    const timer = setInterval(() => {
      this.session.acknowledge();
      silent += 1;
      if (silent > silentBeats) pipe.destroy();
    }, beatMs);
    return () => clearInterval(timer);
  }
}
