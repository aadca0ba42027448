/** How an agent comes by a connection to another machine: it asks its relay, which hands over an open socket. */
import { connect } from 'node:net';
import type { NodeBoot } from '../protocol/agentLink';
import { socketDoorName, type SocketRequest } from '../protocol/relay';
import type { NativeSockets } from '../transport/dataLinks/nativeSockets';
import { PassedSockets } from '../transport/dataLinks/passedSockets';
import { takeSocket } from '../transport/dataLinks/takeSocket';
import { tokenBytes } from '../transport/tlsLink';
import { socketAddress } from '../transport/unixSocket';

/** How long a relay is waited for; without an answer the link goes on without. */
const limitMs = 12_000;
const input = 1; // POLLIN

/** An open connection, and the token by which its other end is claimed. */
export interface RelaySocket {
  file: number;
  token: Buffer;
}

export class RelaySockets {
  private readonly passed = PassedSockets.load(__dirname);

  constructor(
    private readonly boot: NodeBoot,
    private readonly native: NativeSockets,
  ) {}

  /** A connection to the machine of a node; undefined where there is none, or no need of one. */
  open(to: number): Promise<RelaySocket | undefined> {
    return this.ask({ job: this.boot.job, rank: this.boot.rank, to });
  }

  /** The other end of a connection that another node has opened for a link to this one. */
  async claim(token: Buffer): Promise<RelaySocket | undefined> {
    const { job, rank } = this.boot;
    return this.ask({ job, rank, token: token.toString('hex') });
  }

  /** Closes a connection that is not used after all. */
  close({ file }: RelaySocket): void {
    this.native.shutdown(file);
    this.native.close(file);
  }

  private async ask(request: SocketRequest): Promise<RelaySocket | undefined> {
    const relay = await this.reach();
    if (relay === undefined) return undefined;
    try {
      const line = Buffer.from(`${JSON.stringify(request)}\n`);
      if (this.native.send(relay, line, line.length) !== line.length) return undefined;
      await this.native.pollAsync(Int32Array.of(relay, input), limitMs);
      const answer = Buffer.alloc(1 + tokenBytes);
      const file = this.passed.take(relay, answer);
      return file === undefined ? undefined : { file, token: answer.subarray(1) };
    } finally {
      this.native.close(relay);
    }
  }

  /** A socket to the relay of which nothing was read; undefined where there is no relay. */
  private reach(): Promise<number | undefined> {
    return new Promise((resolve) => {
      const socket = connect(socketAddress(this.boot.runDirectory, socketDoorName)).pause();
      socket.once('error', () => resolve(undefined));
      socket.once('connect', () => resolve(takeSocket(this.native, socket).file));
    });
  }
}
