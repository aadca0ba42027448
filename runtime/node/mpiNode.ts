/**
 * Makes a node of a process that an MPI launcher (`mpiexec`, `srun`) has started. Node 0 starts the coordinator, by which
 * views and debuggers find the job, and which ends with it; through the MPI library all learn what they need for it.
 */
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { type Client, startCoordinator } from '../client';
import { familyVariable, newFamily } from '../core/processFamily';
import type { NodeBoot } from '../protocol/agentLink';
import type { JoinedJob } from '../protocol/control';
import { LockstepError, type WireError } from '../protocol/errors';
import type { JobSpec } from '../protocol/job';
import { checkLauncher, launcherOf } from '../transport/mpi/findLibrary';
import { MpiLibrary } from '../transport/mpi/mpiLibrary';
import { handOverBoot } from './handedBoot';

/** Most bytes of a host's name. */
const nameBytes = 256;

/** What node 0 tells all others: how they become nodes, or why not. */
type Word = { boots: NodeBoot[] } | { error: WireError };

/**
 * Makes this process a node, which then runs the program and ends by itself. Throws LockstepError where
 * that cannot begin, at node 0, and resolves with false at the others.
 */
export async function runMpiNode(spec: JobSpec): Promise<boolean> {
  const launcher = launcherOf(process.env);
  let mpi: MpiLibrary;
  try {
    mpi = MpiLibrary.find(__dirname, process.env);
    mpi.initialize();
    checkLauncher(launcher, mpi.placeIn(mpi.handles.world).size, `${mpi.version}, ${mpi.path}`);
  } catch (error) {
    if (launcher.rank !== 0) return false; // one of them says it
    throw error;
  }
  const { rank, size } = mpi.placeIn(mpi.handles.world);
  const hosts = hostsOf(mpi, size);
  const opened = rank === 0 ? await open(spec, hosts, mpi.path) : undefined;
  const word = share(mpi, opened);
  if ('error' in word) {
    mpi.finalize();
    if (rank === 0) throw LockstepError.fromWire(word.error);
    return false;
  }
  const boot = word.boots[rank] as NodeBoot;
  process.env[familyVariable] = newFamily(boot.runDirectory); // the mark of what the program starts
  handOverBoot(boot);
  process.chdir(spec.cwd ?? dirname(spec.program)); // where `lockstep run` has it run too
  // From the event loop: what the program throws has to be uncaught.
  setImmediate(() => void createRequire(__filename)(join(__dirname, 'node.js')));
  return true;
}

/** The coordinator lives as long as this connection, which is this process. */
let coordinator: Client | undefined;

async function open(spec: JobSpec, hosts: string[], library: string): Promise<Word> {
  try {
    coordinator = await startCoordinator({ workspace: process.cwd(), distribution: __dirname });
    const { boots }: JoinedJob = await coordinator.request('joinJob', { spec, hosts, library });
    coordinator.unref(); // the node keeps the process alive; whether its program waits for messages alone must show
    return { boots };
  } catch (error) {
    return { error: LockstepError.from(error).toWire() };
  }
}

function hostsOf(mpi: MpiLibrary, size: number): string[] {
  const own = Buffer.alloc(nameBytes);
  own.write(hostname(), 0, nameBytes - 1, 'utf8');
  const all = Buffer.from(mpi.allgather(mpi.handles.world, own, size));
  return Array.from({ length: size }, (_, rank) => {
    const name = all.subarray(rank * nameBytes, (rank + 1) * nameBytes);
    return name.toString('utf8', 0, name.indexOf(0));
  });
}

/** Node 0's word, at all nodes. */
function share(mpi: MpiLibrary, word: Word | undefined): Word {
  const text = Buffer.from(word ? JSON.stringify(word) : '', 'utf8');
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length);
  mpi.broadcast(mpi.handles.world, 0, length);
  const bytes = Buffer.alloc(new DataView(length.buffer).getUint32(0));
  text.copy(bytes);
  mpi.broadcast(mpi.handles.world, 0, bytes);
  return JSON.parse(bytes.toString('utf8')) as Word;
}
