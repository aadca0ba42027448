/**
 * Connections between two machines that carry one data link each, past both relays: a relay opens one to the other's port
 * and shows a token there that the two have agreed on over their direct link; each hands the socket to its node. What the
 * nodes say on it is sealed end to end (transport/sealed/); a token only says which two belong together. It is random,
 * good once and for a moment.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { readExactly } from '../transport/handshake';
import { socketMagic, tokenBytes } from '../transport/tlsLink';
import type { DirectLink } from './directLink';

/** How long a connection is waited for, and how long one waits to be claimed. */
const waitMs = 10_000;
/** What stands between two machines may forget a connection that says nothing for so long. */
const keepAliveMs = 15_000;

/** An open connection, and the machine at its other end. */
export interface DirectSocket {
  host: string;
  socket: Socket;
}

/** A connection that is expected, or is here and not claimed. */
interface Expected {
  host: string;
  socket: Promise<Socket>;
  arrived(socket: Socket): void;
  /** It is somebody's now. */
  claimed(): void;
}

export class DirectSockets {
  /** By their tokens, as hexadecimal digits. */
  private readonly expected = new Map<string, Expected>();

  /** Opens a connection to the machine at the other end of a link. Rejects where it does not come about. */
  async open(host: string, link: DirectLink): Promise<DirectSocket & { token: Buffer }> {
    const token = randomBytes(tokenBytes);
    const name = token.toString('hex');
    if (!link.address) this.expect(name, host);
    const stream = link.open(`${link.address ? 'expect' : 'dial'} ${name}`);
    stream.on('error', () => undefined); // the reading fails
    try {
      await readExactly(stream, 1);
    } finally {
      stream.destroy();
    }
    const socket = link.address ? await dial(link, token) : (await this.claim(name)).socket;
    return { host, socket, token };
  }

  /** The other relay asks for its part in `open`; false where a label is about something else. */
  asked(label: string, stream: Duplex, host: string, link: DirectLink): boolean {
    const [, what, name = ''] = /^(expect|dial) ([0-9a-f]{64})$/.exec(label) ?? [];
    if (what === undefined) return false;
    stream.on('error', () => undefined).resume(); // it has ended with its link
    this.expect(name, host);
    if (what === 'dial') {
      dial(link, Buffer.from(name, 'hex')).then(
        (socket) => this.arrived(socket, name),
        () => undefined, // nobody claims it
      );
    }
    stream.end(Buffer.of(1));
    return true;
  }

  /** A connection is here that shows a token. */
  arrived(socket: Socket, name: string): void {
    const expected = this.expected.get(name);
    if (expected) expected.arrived(socket);
    else socket.destroy();
  }

  /** The connection with a token, which is the caller's from now on. Rejects where none comes. */
  async claim(name: string): Promise<DirectSocket> {
    const expected = this.expected.get(name);
    if (!expected) throw new Error('no connection is expected under this token');
    const socket = await expected.socket;
    expected.claimed();
    return { host: expected.host, socket };
  }

  private expect(name: string, host: string): void {
    let here: Socket | undefined;
    let give: (socket: Socket) => void = () => undefined;
    let giveUp: (error: Error) => void = () => undefined;
    const socket = new Promise<Socket>((resolve, reject) => {
      give = resolve;
      giveUp = reject;
    });
    socket.catch(() => undefined); // whoever claims it hears of it
    const timer = setTimeout(() => {
      this.expected.delete(name);
      here?.destroy();
      giveUp(new Error(`no connection came within ${waitMs / 1000} s`));
    }, waitMs);
    const arrived = (arriving: Socket) => {
      if (here) return void arriving.destroy();
      here = arriving.setKeepAlive(true, keepAliveMs);
      give(arriving);
    };
    const claimed = () => {
      clearTimeout(timer);
      this.expected.delete(name);
    };
    this.expected.set(name, { host, socket, arrived, claimed });
  }
}

/** Connects to the other machine's port and shows the token. */
function dial({ address }: DirectLink, token: Buffer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (!address) return reject(new Error('the other machine is not reached from here'));
    const socket = connect({ ...address, noDelay: true }).pause();
    socket.setTimeout(waitMs, () => socket.destroy(new Error(`no answer within ${waitMs / 1000} s`)));
    socket.once('error', reject).once('connect', () => {
      socket.setTimeout(0).setKeepAlive(true, keepAliveMs);
      socket.off('error', reject).on('error', () => undefined); // its node notices
      socket.write(Buffer.concat([socketMagic, token]), () => resolve(socket));
    });
  });
}
