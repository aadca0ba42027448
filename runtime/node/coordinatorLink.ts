/** A node's link to its coordinator: a socket of the run directory, or, from another machine of an MPI run, TLS. */
import type { Duplex } from 'node:stream';
import { hostname } from 'node:os';
import type { CoordinatorDoor, NodeBoot } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import { type LinkIdentity, proveConnector } from '../transport/handshake';
import type { Link } from '../transport/link';
import { connectTls } from '../transport/tlsLink';
import { openLink } from '../transport/unixSocket';

/** Opens the link, and proves that this is the node. Throws LockstepError `mpiCoordinatorUnreachable` from another machine. */
export async function openCoordinatorLink(
  { job, rank, coordinator, mpi }: Pick<NodeBoot, 'job' | 'rank' | 'coordinator' | 'mpi'>,
  secret: Uint8Array,
): Promise<Link> {
  const identity: LinkIdentity = { role: 'node', job, rank };
  if (!mpi?.away) return openLink(coordinator, identity, secret);
  try {
    const stream = await firstOf(mpi.away);
    await proveConnector(stream, identity, secret);
    return stream;
  } catch (error) {
    const host = hostname();
    throw new LockstepError(
      'mpiCoordinatorUnreachable',
      { rank, host, reason: reasonOf(error) },
      { cause: error },
    );
  }
}

/** The first of the addresses to answer as the coordinator; all are tried at once, since most of a machine's may be dead ends. */
async function firstOf({ addresses, port, name, key }: CoordinatorDoor): Promise<Duplex> {
  const shared = { name, key: Buffer.from(key, 'hex') };
  let chosen: Duplex | undefined;
  const attempts = addresses.map(async (address) => {
    const stream = await connectTls(address, port, shared).catch((error: Error) => {
      throw new Error(`${address}, port ${port}: ${error.message}`, { cause: error });
    });
    if (chosen) stream.destroy();
    else chosen = stream;
    return stream;
  });
  await Promise.any(attempts);
  return chosen as Duplex;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof AggregateError)) return error instanceof Error ? error.message : String(error);
  const reasons = error.errors.map((each: Error) => each.message);
  return reasons.length > 0 ? reasons.join('; ') : 'it has no address in a network';
}
