/** The links of a relay to other relays, past the coordinator, which says who may have one. */
import type { Duplex } from 'node:stream';
import { LockstepError } from '../protocol/errors';
import type { DirectState, RelayRequests } from '../protocol/relay';
import { connectTls, listenTls, type TlsListener } from '../transport/tlsLink';
import { DirectLink, type DirectLinkOptions } from './directLink';
import { DirectSockets } from './directSockets';

export interface DirectLinksOptions {
  leaseMs: number;
  /** Another relay opens a stream. */
  onOpen(label: string, stream: Duplex): void;
  onChanged(host: string, state: DirectState): void;
}

/** A link that is expected, or is there. */
interface Expected {
  host: string;
  key: Uint8Array;
  link?: DirectLink;
}

export class DirectLinks {
  readonly sockets = new DirectSockets();
  private listener: Promise<TlsListener> | undefined;
  /** By the names of their keys. */
  private readonly expected = new Map<string, Expected>();
  private readonly links = new Map<string, DirectLink>();

  constructor(private readonly options: DirectLinksOptions) {}

  /** Listens for other relays; answers the port. */
  async listen({ ports }: RelayRequests['listenDirect']): Promise<{ port: number }> {
    this.listener ??= listenTls(
      ports,
      (name) => this.expected.get(name)?.key,
      (stream, name) => this.accept(stream, name),
      (socket, token) => this.sockets.arrived(socket, token),
    );
    return { port: (await this.listener).port };
  }

  /** From now on the other relay may come in. */
  expect({ host, name, key }: RelayRequests['expectDirect']): void {
    this.expected.set(name, { host, key: Buffer.from(key, 'hex') });
  }

  /** Opens the link to a relay that expects us. Throws LockstepError(directUnreachable). */
  async connect({ host, name, key, address, port }: RelayRequests['connectDirect']): Promise<void> {
    const shared = { name, key: Buffer.from(key, 'hex') };
    const reach = () => connectTls(address, port, shared);
    const pipe = await reach().catch((error: Error) => {
      throw new LockstepError(
        'directUnreachable',
        { address, port, reason: error.message },
        { cause: error },
      );
    });
    this.add(host, { reach, address: { host: address, port } }).attach(pipe);
  }

  /** The link to a host, if there is one. */
  to(host: string | undefined): DirectLink | undefined {
    return host === undefined ? undefined : this.links.get(host);
  }

  /** Ends the link to a host, and expects none. */
  drop(host: string): void {
    this.links.get(host)?.close();
    this.links.delete(host);
    for (const [name, each] of this.expected) if (each.host === host) this.expected.delete(name);
  }

  /** Ends all links and stops listening. */
  close(): void {
    void this.listener?.then(
      (listener) => listener.close(),
      () => undefined, // it never listened
    );
    for (const host of [...this.links.keys()]) this.drop(host);
  }

  private accept(stream: Duplex, name: string): void {
    const expected = this.expected.get(name);
    if (!expected) {
      stream.destroy();
      return;
    }
    expected.link ??= this.add(expected.host);
    expected.link.attach(stream);
  }

  private add(host: string, way: Pick<DirectLinkOptions, 'reach' | 'address'> = {}): DirectLink {
    const { leaseMs, onOpen, onChanged } = this.options;
    const link: DirectLink = new DirectLink({
      leaseMs,
      ...way,
      onOpen: (label, stream) => {
        if (!this.sockets.asked(label, stream, host, link)) onOpen(label, stream);
      },
      onChanged: (state) => {
        if (state === 'lost') this.drop(host);
        onChanged(host, state);
      },
    });
    this.links.get(host)?.close();
    this.links.set(host, link);
    return link;
  }
}
