/**
 * Makes a node of a process that an MPI launcher (`mpiexec`, `srun`) has started. Node 0 starts the coordinator, by which
 * views and debuggers find the job, and which ends with it; through the MPI library all learn what they need for it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type Client, startCoordinator } from '../client';
import { familyVariable, newFamily } from '../core/processFamily';
import type { NodeBoot } from '../protocol/agentLink';
import type { JoinedJob } from '../protocol/control';
import { LockstepError, type WireError } from '../protocol/errors';
import type { JobSpec } from '../protocol/job';
import { checkLauncher, launcherOf } from '../transport/mpi/findLibrary';
import { MpiLibrary } from '../transport/mpi/mpiLibrary';
import { handOverBoot } from './handedBoot';
import { type MpiPlaces, placeProcesses } from './mpiMachines';

/** What node 0 tells all others: how they become nodes, and of which files the program is; or why not. */
type Word = Pick<JoinedJob, 'boots' | 'files'> | { error: WireError };

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
  const { rank } = mpi.placeIn(mpi.handles.world);
  const places = placeProcesses(mpi);
  const opened = rank === 0 ? await open(spec, places, mpi.path) : undefined;
  const word = share(mpi, opened);
  if ('error' in word) {
    mpi.finalize();
    if (rank === 0) throw LockstepError.fromWire(word.error);
    return false;
  }
  if (places.isSpread) handOut(mpi, rank, word.files, places);
  const boot = { ...(word.boots[rank] as NodeBoot) };
  if (boot.mpi) boot.mpi = { ...boot.mpi, library: mpi.path }; // each machine has its own
  process.env[familyVariable] = newFamily(boot.runDirectory); // the mark of what the program starts
  handOverBoot(boot);
  const folder = spec.cwd ?? dirname(spec.program); // where `lockstep run` has it run too
  if (rank === 0 || existsSync(folder)) process.chdir(folder);
  // From the event loop: what the program throws has to be uncaught.
  setImmediate(() => void createRequire(__filename)(join(__dirname, 'node.js')));
  return true;
}

/** The coordinator lives as long as this connection, which is this process. */
let coordinator: Client | undefined;

async function open(spec: JobSpec, { hosts, folders }: MpiPlaces, library: string): Promise<Word> {
  try {
    coordinator = await startCoordinator({ workspace: process.cwd(), distribution: __dirname });
    const joined = await coordinator.request('joinJob', { spec, hosts, folders, library });
    coordinator.unref(); // the node keeps the process alive; whether its program waits for messages alone must show
    return { boots: joined.boots, files: joined.files };
  } catch (error) {
    return { error: LockstepError.from(error).toWire() };
  }
}

/** Gives the program to the machines that do not have it. */
function handOut(mpi: MpiLibrary, rank: number, files: readonly string[], places: MpiPlaces): void {
  const folder = places.isLeader ? places.folders[rank] : null;
  for (const file of files) {
    const bytes = broadcast(mpi, rank === 0 ? readFileSync(file) : undefined);
    if (typeof folder === 'string') writeFileSync(join(folder, basename(file)), bytes, { mode: 0o600 });
  }
}

/** Node 0's word, at all nodes. */
function share(mpi: MpiLibrary, word: Word | undefined): Word {
  const bytes = broadcast(mpi, word && Buffer.from(JSON.stringify(word), 'utf8'));
  return JSON.parse(bytes.toString('utf8')) as Word;
}

/** Node 0's bytes, at all nodes. */
function broadcast(mpi: MpiLibrary, own: Buffer | undefined): Buffer {
  const length = new Uint8Array(4);
  const view = new DataView(length.buffer);
  view.setUint32(0, own?.length ?? 0);
  mpi.broadcast(mpi.handles.world, 0, length);
  const bytes = own ?? Buffer.alloc(view.getUint32(0));
  mpi.broadcast(mpi.handles.world, 0, bytes);
  return bytes;
}
