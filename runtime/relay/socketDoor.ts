/**
 * Where the nodes of a relay ask for sockets past it: a Unix socket in the run directory. A node that opens a data link to
 * a node of another machine asks for a connection to that machine; the one at its other end claims it by its token. The
 * answer is one byte, 1 where a descriptor comes with it (SCM_RIGHTS), and the token.
 *
 * The relay keeps a descriptor of each, so that it can end the connection when the way to that machine breaks
 * without a word: the nodes hear of it and go on over the link behind (transport/sealed/).
 */
import { closeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { nodeSocketName, type SocketRequest } from '../protocol/relay';
import { NativeSockets } from '../transport/dataLinks/nativeSockets';
import { PassedSockets } from '../transport/dataLinks/passedSockets';
import { descriptorOf, takeSocket } from '../transport/dataLinks/takeSocket';
import { readLine } from '../transport/readLine';
import { tokenBytes } from '../transport/tlsLink';
import type { DirectLinks } from './directLinks';
import type { DirectSocket } from './directSockets';

interface Handed {
  file: number;
  /** The machine at its other end, and the node here that has it. */
  host: string;
  node: string;
}

export class SocketDoor {
  private handed: Handed[] = [];

  private constructor(
    private readonly sockets: NativeSockets,
    private readonly passed: PassedSockets,
    private readonly direct: DirectLinks,
    private readonly hostOf: (node: string) => string | undefined,
  ) {}

  /** `hostOf` names the machine of a node elsewhere. Undefined where there are no native calls. */
  static make(direct: DirectLinks, hostOf: (node: string) => string | undefined): SocketDoor | undefined {
    try {
      return new SocketDoor(NativeSockets.load(__dirname), PassedSockets.load(__dirname), direct, hostOf);
    } catch {
      return undefined;
    }
  }

  /** A node asks. */
  async knock(stream: Duplex): Promise<void> {
    stream.on('error', () => undefined); // it has not waited
    try {
      const request = parse(await readLine(stream));
      const found = request && (await this.find(request));
      if (found) this.hand(stream, found, nodeSocketName(request.job, request.rank));
      else stream.write(Buffer.alloc(1 + tokenBytes));
    } catch {
      stream.write(Buffer.alloc(1 + tokenBytes)); // the link goes on without
    } finally {
      stream.end();
    }
  }

  /** The way to a machine is broken, or not to be used any more: so are the connections to it. */
  cut(host: string): void {
    for (const each of this.handed) if (each.host === host) this.sockets.shutdown(each.file);
  }

  /** A node has ended; without one, all have. */
  forget(node?: string): void {
    const ended = (each: Handed) => node === undefined || each.node === node;
    for (const { file } of this.handed.filter(ended)) {
      this.sockets.shutdown(file);
      closeSync(file);
    }
    this.handed = this.handed.filter((each) => !ended(each));
  }

  private async find(request: SocketRequest): Promise<(DirectSocket & { token: Buffer }) | undefined> {
    if ('token' in request) {
      return {
        ...(await this.direct.sockets.claim(request.token)),
        token: Buffer.from(request.token, 'hex'),
      };
    }
    const host = this.hostOf(nodeSocketName(request.job, request.to));
    const link = this.direct.to(host);
    return host === undefined || !link ? undefined : this.direct.sockets.open(host, link);
  }

  private hand(
    stream: Duplex,
    { host, socket, token }: DirectSocket & { token: Buffer },
    node: string,
  ): void {
    const { file, first } = takeSocket(this.sockets, socket);
    const given =
      first.length === 0 &&
      this.passed.give(descriptorOf(stream), Buffer.concat([Buffer.of(1), token]), file);
    if (given) this.handed.push({ file, host, node });
    else closeSync(file);
  }
}

function parse(line: string): SocketRequest | undefined {
  const request = JSON.parse(line) as Record<string, unknown> | null;
  const { job, rank, to, token } = request ?? {};
  const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);
  if (!isNumber(job) || !isNumber(rank)) return undefined;
  if (isNumber(to)) return { job, rank, to };
  return typeof token === 'string' ? { job, rank, token } : undefined;
}
