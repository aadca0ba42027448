/**
 * Makes a node of a process that an MPI launcher (`mpiexec`, `srun`) has started. Node 0 starts the coordinator, by which
 * views and debuggers find the job, and which ends with it; or comes to the one that has started the launcher. Through the MPI library all learn what they need for it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, connect, startCoordinator } from '../client';
import { familyVariable, newFamily } from '../core/processFamily';
import type { NodeBoot } from '../protocol/agentLink';
import type { JoinedJob } from '../protocol/control';
import { LockstepError, type WireError } from '../protocol/errors';
import type { JobSpec } from '../protocol/job';
import type { MpiStart } from '../protocol/mpi';
import { checkLauncher, launcherOf } from '../transport/mpi/findLibrary';
import { MpiLibrary } from '../transport/mpi/mpiLibrary';
import { handOverBoot } from './handedBoot';
import { type MpiPlaces, placeProcesses } from './mpiMachines';

/** How long node 0 has for saying why there will be no nodes. */
const firstSaysMs = 2000;

/** What node 0 tells all others: how they become nodes, and of which files the program is; or why not. */
type Word = Pick<JoinedJob, 'boots' | 'files'> | { error: WireError };

/**
 * Makes this process a node, which then runs the program and ends by itself. Throws LockstepError where
 * that cannot begin, at node 0, and resolves with false at the others. `start` is what the process belongs to, where a
 * coordinator has started the launcher.
 */
export async function runMpiNode(spec: JobSpec, start?: MpiStart): Promise<boolean> {
  const launcher = launcherOf(process.env);
  let mpi: MpiLibrary;
  try {
    mpi = MpiLibrary.find(__dirname, process.env);
    mpi.initialize();
    checkLauncher(launcher, mpi.placeIn(mpi.handles.world).size, `${mpi.version}, ${mpi.path}`);
  } catch (error) {
    if (launcher.rank !== 0) {
      await sleep(firstSaysMs); // one of them says it, and the launcher ends all with the first that ends
      return false;
    }
    return refuse(LockstepError.from(error), start);
  }
  const { rank } = mpi.placeIn(mpi.handles.world);
  const places = placeProcesses(mpi);
  const opened = rank === 0 ? await open(spec, places, mpi.path, start) : undefined;
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
  if (!start && (rank === 0 || existsSync(folder))) process.chdir(folder);
  // From the event loop: what the program throws has to be uncaught.
  setImmediate(() => void createRequire(__filename)(join(__dirname, 'node.js')));
  return true;
}

/** The coordinator lives as long as this connection, which is this process. */
let coordinator: Client | undefined;

async function open(
  spec: JobSpec,
  { hosts, folders }: MpiPlaces,
  library: string,
  start: MpiStart | undefined,
): Promise<Word> {
  try {
    coordinator = start
      ? await comeTo(start)
      : await startCoordinator({ workspace: process.cwd(), distribution: __dirname });
    const { boots, files } = await coordinator.request('joinJob', {
      spec,
      hosts,
      folders,
      library,
      start: start?.number,
    });
    if (start) coordinator.dispose();
    else coordinator.unref(); // the node keeps the process alive; whether its program waits for messages alone must show
    return { boots, files };
  } catch (error) {
    return { error: LockstepError.from(error).toWire() };
  }
}

/** Connects to the coordinator that has started the launcher. */
function comeTo({ runDirectory }: MpiStart): Promise<Client> {
  if (!existsSync(runDirectory)) throw new LockstepError('mpiFirstNodeAway', { host: hostname() });
  return connect(runDirectory);
}

/** Says why there will be no node: to who has started the launcher, else here. */
async function refuse(error: LockstepError, start: MpiStart | undefined): Promise<false> {
  if (!start) throw error;
  const client = await comeTo(start);
  await client.request('refuseStart', { start: start.number, error: error.toWire() });
  client.dispose();
  return false;
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
