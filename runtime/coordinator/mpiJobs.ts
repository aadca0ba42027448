/**
 * Jobs whose nodes an MPI launcher has started. Either it is the user's, from a terminal, and its processes come by themselves
 * (`join`). Or a client asks for it (`start`): then it is ours, a child of the coordinator as all nodes are, so that it ends with
 * the coordinator and is reaped after it; its processes come the same way, with the number of the start that they belong to.
 */
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { heapLimits } from '../launch/machineSize';
import { findMpiexec } from '../launch/mpi/findMpiexec';
import { type LauncherLine, shortWords } from '../launch/mpi/launcherWords';
import { Mpiexec } from '../launch/mpi/mpiexec';
import { cleanEnvironment, findNode } from '../launch/nodeExecutable';
import { bundleProgram } from '../program/bundle';
import { defaultCache } from '../program/bundleCache';
import type { ControlRequests, JoinedJob, JoinSpec, StartedJob } from '../protocol/control';
import { LockstepError } from '../protocol/errors';
import type { Bundle, JobSpec } from '../protocol/job';
import type { MpiLaunch, MpiStart } from '../protocol/mpi';
import type { Job } from './job';
import { JoinedNodes } from './joinedNodes';
import type { Launch } from './launchContext';
import { checkMpiSpec } from './mpiSpec';

export interface MpiJobsOptions {
  runDirectory: string;
  /** Path of the coordinator's socket. */
  coordinator: string;
  /** Folder of the runtime's bundles. */
  distribution: string;
  /** Folder whose `lockstep.json` says how many nodes there are where nobody else does. */
  workspace: string;
  /** Node.js on this machine, from the user's settings. */
  node?: string;
  /** Resolves when nodes can come. */
  listening: Promise<void>;
  /** A node of another machine opens its link. */
  onLink(stream: Duplex): void;
  launch(bundle: Bundle, launch: Pick<Launch, 'spec' | 'seats' | 'heapMiB'>): Job;
}

/** A launcher that runs, whose processes have not come yet. */
interface Pending {
  spec: JobSpec;
  bundle: Bundle;
  mpiexec: Mpiexec;
  joined(job: Job, nodes: JoinedNodes): void;
  failed(error: LockstepError): void;
}

export class MpiJobs {
  private readonly pending = new Map<number, Pending>();
  private readonly launchers = new Set<Mpiexec>();
  private starts = 0;

  constructor(private readonly options: MpiJobsOptions) {}

  /**
   * Starts a launcher; resolves with the job once its processes are there. Throws LockstepError: mpiexec…, what keeps
   * the program from being built or a process from becoming a node, or `stopped` when the signal is aborted.
   */
  async start(asked: JobSpec, mpi: MpiLaunch, signal: AbortSignal): Promise<StartedJob> {
    const { spec, size } = checkMpiSpec(asked, this.options.workspace);
    const env = { ...cleanEnvironment(), ...spec.env };
    const [bundle, launcher, node] = await Promise.all([
      bundleProgram(spec.program, defaultCache()),
      findMpiexec(mpi, env),
      findNode(this.options.node),
      this.options.listening,
    ]);
    const { runDirectory, distribution } = this.options;
    const number = (this.starts += 1);
    const start = JSON.stringify({ runDirectory, number } satisfies MpiStart);
    let nodes: JoinedNodes | undefined;
    const request = {
      launcher,
      options: mpi.options ?? [],
      size,
      command: [node.path, join(distribution, 'cli.js'), 'node', spec.program, '--start', start],
      cwd: spec.cwd ?? dirname(spec.program),
      env: { ...env, ...node.env },
      handedOn: [...Object.keys(spec.env), ...Object.keys(node.env)],
      runDirectory,
    };
    const early: LauncherLine[] = [];
    const mpiexec = await Mpiexec.start(request, (line) =>
      nodes ? nodes.print(line) : void early.push(line),
    );
    this.launchers.add(mpiexec);
    void mpiexec.ended.then(() => this.launchers.delete(mpiexec));
    const giveUp = () => this.pending.get(number)?.failed(new LockstepError('stopped'));
    try {
      const job = await new Promise<Job>((resolve, failed) => {
        const joined = (made: Job, its: JoinedNodes): void => {
          nodes = its;
          for (const line of early) void its.print(line);
          resolve(made);
        };
        this.pending.set(number, { spec, bundle, mpiexec, joined, failed });
        signal.addEventListener('abort', giveUp, { once: true });
        if (signal.aborted) giveUp();
        void mpiexec.ended.then(({ code, signal: by }) => {
          const how = `${by ? `was killed by ${by}` : `ended with exit code ${code}`} before its processes were nodes`;
          const said = shortWords(
            [mpiexec.said, ...early.map(({ rank, text }) => (rank === undefined ? '' : text))].join('\n'),
          );
          failed(new LockstepError('mpiexecFailed', { path: launcher.path, how, said }));
        });
      });
      return { job: job.info, bundle: job.bundle };
    } catch (error) {
      mpiexec.end();
      await mpiexec.ended;
      throw error;
    } finally {
      this.pending.delete(number);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Makes a job of the processes of a launcher: the user's, or one that was started here. */
  async join(wanted: JoinSpec): Promise<JoinedJob> {
    const { start } = wanted;
    const ours = start === undefined ? undefined : this.pending.get(start);
    if (start !== undefined && !ours) throw new LockstepError('stopped'); // nobody waits for them any more
    const spec = ours?.spec ?? wanted.spec;
    const bundle = ours?.bundle ?? (await bundleProgram(spec.program, defaultCache()));
    await this.options.listening;
    const { coordinator, runDirectory, onLink, launch } = this.options;
    const nodes = new JoinedNodes({ ...wanted, spec }, bundle, coordinator, runDirectory, ours?.mpiexec);
    await nodes.listen(onLink);
    const heapMiB = heapLimits(nodes.seats.map(({ host }) => host));
    const job = launch(bundle, { spec, seats: nodes.seats, heapMiB });
    if (ours) job.change({ launcher: ours.mpiexec.launcher.path });
    const joined = nodes.join(job);
    ours?.joined(job, nodes);
    return joined;
  }

  /** The processes of a start cannot become nodes. */
  refuse({ start, error }: ControlRequests['refuseStart']['params']): null {
    this.pending.get(start)?.failed(LockstepError.fromWire(error));
    return null;
  }

  /** Ends what has not become a job, and waits for the last of all launchers. */
  async close(): Promise<void> {
    for (const { failed } of this.pending.values()) failed(new LockstepError('stopped'));
    await Promise.all([...this.launchers].map(({ ended }) => ended));
  }
}
