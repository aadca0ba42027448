/**
 * Datagrams to everybody on the local network: UDP multicast in the administratively scoped range (RFC 2365), with a
 * time to live of 1, so that no router carries them on. Followed as networks come and go. Knows nothing of what the
 * datagrams say.
 *
 * Where the system allows it, the receiving socket is bound to the group's address, so that nothing sent to this
 * machine alone reaches it; the sending ones are connected to the group, and receive nothing.
 */
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Disposable } from '../core/disposable';
import { Emitter, type Event } from '../core/emitter';
import { LockstepError } from '../protocol/errors';
import { choosePlaces, type NetworkPlace } from './interfaces';

const group = '239.255.76.83';
const port = 24_776;
const scanMs = 1000;

export interface Datagram {
  bytes: Uint8Array;
  /** Address that it says to come from; anybody can write any. */
  from: string;
}

/** What discovery needs of a network; a test hands in its own. */
export interface Network extends Disposable {
  /** Sends to everybody who listens; what is lost is lost. */
  send(bytes: Uint8Array): void;
  readonly onDatagram: Event<Datagram>;
  /** The interfaces in use now. */
  readonly places: readonly NetworkPlace[];
  /** An interface came or went. */
  readonly onPlacesChanged: Event<void>;
}

/** Joins the group. Throws LockstepError: noInterface for one that is not there, noDiscovery where the system refuses. */
export async function openNetwork(wanted?: string): Promise<Network> {
  if (choosePlaces(networkInterfaces(), wanted).length === 0) {
    const known = Object.keys(networkInterfaces()).join(', ') || 'none';
    throw new LockstepError('noInterface', { name: wanted ?? 'IPv4', known });
  }
  const receiver = createSocket({ type: 'udp4', reuseAddr: true });
  try {
    await new Promise<void>((resolve, reject) => {
      receiver.once('error', reject);
      receiver.bind({ port, address: process.platform === 'win32' ? undefined : group }, resolve);
    });
  } catch (error) {
    receiver.close();
    throw new LockstepError('noDiscovery', { reason: (error as Error).message }, { cause: error });
  }
  const network = new MulticastNetwork(receiver, wanted);
  await network.follow();
  return network;
}

class MulticastNetwork implements Network {
  private readonly datagrams = new Emitter<Datagram>();
  private readonly placesChanged = new Emitter<void>();
  private readonly senders = new Map<string, { place: NetworkPlace; socket: Socket }>();
  private readonly scan: NodeJS.Timeout;
  private following = false;
  private open = true;

  readonly onDatagram = this.datagrams.event;
  readonly onPlacesChanged = this.placesChanged.event;

  constructor(
    private readonly receiver: Socket,
    private readonly wanted: string | undefined,
  ) {
    receiver.on('error', ignoreError);
    receiver.on('message', (bytes, { address }) => this.datagrams.fire({ bytes, from: address }));
    this.scan = setInterval(() => void this.follow(), scanMs);
  }

  get places(): readonly NetworkPlace[] {
    return [...this.senders.values()].map(({ place }) => place);
  }

  send(bytes: Uint8Array): void {
    for (const { socket } of this.senders.values()) socket.send(bytes, ignoreError);
  }

  dispose(): void {
    if (!this.open) return;
    this.open = false;
    clearInterval(this.scan);
    this.datagrams.dispose();
    this.placesChanged.dispose();
    this.receiver.close();
    for (const { socket } of this.senders.values()) socket.close();
    this.senders.clear();
  }

  /** Looks which interfaces there are, joins on new ones and leaves those that are gone. Never rejects. */
  async follow(): Promise<void> {
    if (this.following) return;
    this.following = true;
    const places = choosePlaces(networkInterfaces(), this.wanted);
    const keys = new Set(places.map(keyOf));
    const gone = [...this.senders].filter(([key]) => !keys.has(key));
    for (const [key, { place, socket }] of gone) {
      this.senders.delete(key);
      socket.close();
      attempt(() => this.receiver.dropMembership(group, place.address));
    }
    const fresh = places.filter((place) => !this.senders.has(keyOf(place)));
    const joined = await Promise.all(fresh.map((place) => this.join(place)));
    this.following = false;
    if (this.open && (gone.length > 0 || joined.includes(true))) this.placesChanged.fire();
  }

  /** False where the interface takes no part just now; the next look tries again. */
  private async join(place: NetworkPlace): Promise<boolean> {
    // It may still be a member, from before the link was lost.
    attempt(() => this.receiver.dropMembership(group, place.address));
    if (!attempt(() => this.receiver.addMembership(group, place.address))) return false;
    const socket = await openSender(place);
    if (this.open && socket) this.senders.set(keyOf(place), { place, socket });
    else socket?.close();
    return socket !== undefined;
  }
}

/** A socket from which datagrams leave by an interface; undefined where they cannot. */
function openSender({ address }: NetworkPlace): Promise<Socket | undefined> {
  const socket = createSocket({ type: 'udp4' });
  return new Promise((resolve) => {
    socket.once('error', () => {
      attempt(() => socket.close());
      resolve(undefined);
    });
    socket.once('connect', () => resolve(socket.removeAllListeners('error').on('error', ignoreError)));
    socket.bind({ address, port: 0 }, () => {
      const ready = attempt(() => {
        socket.setMulticastInterface(address);
        socket.setMulticastTTL(1);
        socket.setMulticastLoopback(true);
        socket.connect(port, group);
      });
      if (!ready) socket.emit('error', new Error('no multicast here'));
    });
  });
}

const keyOf = ({ name, address }: NetworkPlace): string => `${name} ${address}`;

/** A datagram or a link that is lost is noticed by silence, or by the next look at the interfaces. */
function ignoreError(): void {}

function attempt(body: () => void): boolean {
  try {
    body();
    return true;
  } catch {
    return false;
  }
}
