/**
 * Which hosts of a run have a direct link to each other. The coordinator makes a key for each pair and hands it to both
 * relays over their channels; one of them connects to the other, or, where that way is closed, the other to the one.
 * A pair without a direct link is relayed.
 */
import { randomBytes } from 'node:crypto';
import { LockstepError } from '../protocol/errors';
import { type DirectState, relayLeaseMs, type RelayRequests } from '../protocol/relay';

/** Requests to a relay about its direct links. */
export type DirectRequest = 'listenDirect' | 'expectDirect' | 'connectDirect' | 'dropDirect';

/** A host as far as its direct links go. */
export interface DirectEnd {
  readonly id: string;
  readonly name: string;
  /** False while its own link is lost. */
  readonly reachable: boolean;
  /** Has its relay do something; rejects with what the relay says. */
  direct<Type extends DirectRequest>(type: Type, body: RelayRequests[Type]): Promise<unknown>;
}

/** A host that others may reach, and how. */
export interface DirectHost {
  host: DirectEnd;
  /** A name or an address; with `:port` where the relay's port is forwarded from another one. */
  address: string;
  /** Ports of which its relay takes the first free one; absent: any. */
  ports?: [from: number, to: number];
}

interface Pair {
  ends: readonly [DirectEnd, DirectEnd];
  /** Why there is no direct link. */
  problem?: string;
}

export class DirectPairs {
  private readonly pairs = new Map<string, Pair>();

  /** `onLost` hears of a pair whose link has not come back, and with it lost what was under way. */
  constructor(private readonly onLost: (ends: Pair['ends'], error: LockstepError) => void) {}

  /** Links each host to each, as far as they reach each other; pairs that are linked stay as they are. */
  async connect(hosts: readonly DirectHost[]): Promise<void> {
    const doors = await Promise.all(hosts.map(openDoor));
    await Promise.all(
      doors.flatMap((first, index) => doors.slice(index + 1).map((second) => this.link(first, second))),
    );
  }

  /** A sentence for each two of these hosts that are relayed though they should not be. */
  notices(ids: ReadonlySet<string>): string[] {
    return [...this.pairs.values()].flatMap(({ ends: [first, second], problem }) =>
      problem !== undefined && ids.has(first.id) && ids.has(second.id)
        ? [
            `No direct link between ${first.name} and ${second.name} (${problem}): their messages go through this machine.`,
          ]
        : [],
    );
  }

  /** Why messages of a host to others go through this machine though they should not, if they do. */
  reasonOf(id: string): string | undefined {
    const relayed = [...this.pairs.values()].flatMap(({ ends, problem }) => {
      const other = ends.find((end) => end.id !== id);
      const isOne = ends.some((end) => end.id === id);
      return problem !== undefined && isOne && other ? [`${other.name} (${problem})`] : [];
    });
    return relayed.length > 0 ? `Relayed, for want of a direct link: ${relayed.join(', ')}` : undefined;
  }

  /** What a host says about its link to another. Answers what is to be said of the host, if anything is. */
  changed(host: string, other: string, state: DirectState): { reason?: string } | undefined {
    const pair = this.pairs.get(keyOf(host, other));
    if (!pair || pair.problem !== undefined) return undefined;
    const [first, second] = pair.ends;
    const { name } = first.id === other ? first : second;
    if (state === 'back') return { reason: this.reasonOf(host) };
    if (state === 'broken') return { reason: `its direct link to ${name} broke and is looked for` };
    this.drop(pair);
    this.onLost(
      pair.ends,
      new LockstepError('directLost', { host: first.name, other: second.name, seconds: relayLeaseMs / 1000 }),
    );
    return undefined;
  }

  /** A host is gone, or goes: its links are nobody's loss. */
  forget(host: string): void {
    for (const pair of [...this.pairs.values()]) if (pair.ends.some(({ id }) => id === host)) this.drop(pair);
  }

  private async link(first: Door, second: Door): Promise<void> {
    const ends = [first.host, second.host] as const;
    const key = keyOf(first.host.id, second.host.id);
    const known = this.pairs.get(key);
    if (known && known.problem === undefined) return;
    const problem = (await attempt(first, second)) && (await attempt(second, first));
    this.pairs.set(key, { ends, problem });
  }

  private drop({ ends: [first, second] }: Pair): void {
    this.pairs.delete(keyOf(first.id, second.id));
    dropBoth(first, second);
  }
}

/** A host, and the port at which it listens, or why it does not. */
interface Door extends DirectHost {
  port?: number;
  problem?: string;
}

async function openDoor(host: DirectHost): Promise<Door> {
  const { ports } = host;
  try {
    const { port } = (await host.host.direct('listenDirect', { ports })) as { port: number };
    return { ...host, port };
  } catch (error) {
    return { ...host, problem: `${host.host.name}: ${(error as Error).message}` };
  }
}

/** Has one host connect to another; answers why it did not come about. */
async function attempt(from: Door, to: Door): Promise<string | undefined> {
  if (to.port === undefined) return to.problem;
  const shared = { name: randomBytes(8).toString('hex'), key: randomBytes(32).toString('hex') };
  const { address, port } = splitAddress(to.address, to.port);
  try {
    await to.host.direct('expectDirect', { ...shared, host: from.host.id });
    await from.host.direct('connectDirect', { ...shared, host: to.host.id, address, port });
    return undefined;
  } catch (error) {
    dropBoth(from.host, to.host);
    return `from ${from.host.name}: ${(error as Error).message}`;
  }
}

function dropBoth(first: DirectEnd, second: DirectEnd): void {
  for (const [end, other] of [
    [first, second],
    [second, first],
  ] as const) {
    end.direct('dropDirect', { host: other.id }).catch(() => undefined); // it is gone, its links with it
  }
}

function keyOf(one: string, other: string): string {
  return [one, other].sort().join(' ');
}

/** An address and its port; a port that the address names goes before `listened`. */
export function splitAddress(text: string, listened: number): { address: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const address = match?.[1] ?? match?.[2] ?? text;
  return { address, port: match?.[3] === undefined ? listened : Number(match[3]) };
}
