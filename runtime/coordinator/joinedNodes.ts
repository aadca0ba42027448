/**
 * The nodes of a job that an MPI launcher has started, one of the user's or one of ours: they are not launched, they join, and
 * the launcher ends them. Those of other machines cannot come to the coordinator's socket in the run directory. For them it listens on a TCP port until the
 * program runs: TLS 1.3 with a key made for this job (transport/tlsLink.ts), which travels with all else that they need.
 */
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { failureLines } from '../core/failureLines';
import type { LaunchedNode, ProcessEnd } from '../launch/local';
import { isAbort, type LauncherLine } from '../launch/mpi/launcherWords';
import type { Mpiexec } from '../launch/mpi/mpiexec';
import { ownMachineSize } from '../launch/machineSize';
import type { NodeHost, NodeRequest, Seat } from '../launch/nodeHost';
import type { CoordinatorDoor, NodeBoot } from '../protocol/agentLink';
import type { ClusterEvent } from '../protocol/events';
import { abortCodeOf } from '../protocol/errors';
import type { Bundle, JobFailure } from '../protocol/job';
import type { JoinedJob, JoinSpec } from '../protocol/control';
import { nodeSocketName } from '../protocol/relay';
import { listenTls, type TlsListener } from '../transport/tlsLink';
import { openStream, socketAddress } from '../transport/unixSocket';
import type { Job } from './job';
import { goneEnd, LaunchedEnds } from './launchedEnds';

/** What names the key of the nodes that come from other machines. */
const keyName = 'lockstep node';
/** How long a node may take to end once it was told to. */
const endedWithinMs = 5000;
/** How long those of other machines may take to tidy up. */
const tidyWithinMs = 2000;
/** Exit code of the launcher when the program has failed. */
const failedCode = 1;

export class JoinedNodes {
  readonly seats: Seat[];
  private first: Omit<NodeBoot, 'rank'> | undefined;
  /** By rank: to be called when the node is gone, which it is not yet. */
  private readonly gone = new Map<number, () => void>();
  /** Ranks of nodes that are to be ended, and have not been told. */
  private readonly ending = new Set<number>();
  private job: Job | undefined;
  private listener: TlsListener | undefined;
  private door: CoordinatorDoor | undefined;
  private readonly ends: LaunchedEnds | undefined;

  constructor(
    private readonly wanted: JoinSpec,
    private readonly bundle: Bundle,
    private readonly coordinator: string,
    private readonly runDirectory: string,
    mpiexec?: Mpiexec,
  ) {
    this.ends = mpiexec && new LaunchedEnds(mpiexec, (rank) => this.gone.get(rank)?.());
    const { spec, hosts, folders } = wanted;
    const machines = new Map(hosts.map((name) => [name, this.host(name)]));
    const node = { path: process.execPath, env: {} };
    const cwd = spec.cwd ?? dirname(spec.program);
    this.seats = hosts.map((name, rank) => {
      const folder = folders[rank];
      const bundlePath = typeof folder === 'string' ? join(folder, basename(bundle.path)) : bundle.path;
      return { host: machines.get(name) as NodeHost, node, bundlePath, cwd };
    });
  }

  /** Listens for nodes of other machines, if there are any, until the program runs. */
  async listen(onStream: (stream: Duplex) => void): Promise<void> {
    if (this.wanted.folders.every((folder) => folder === null)) return;
    const key = randomBytes(32);
    this.listener = await listenTls(undefined, (name) => (name === keyName ? key : undefined), onStream);
    const { port } = this.listener;
    this.door = { addresses: ownAddresses(), port, name: keyName, key: key.toString('hex') };
  }

  /** What the processes need to become the nodes of the job. */
  join(job: Job): JoinedJob {
    this.job = job;
    this.ends?.follow(job);
    const { first, wanted, bundle } = this;
    const boots = first ? wanted.folders.map((folder, rank) => this.bootOf({ ...first, rank }, folder)) : [];
    return { job: job.info, boots, files: [bundle.path, bundle.mapPath] };
  }

  /** A line that came through a launcher of ours: of a node, past its program's streams, or of the launcher. */
  print({ rank, stream, text }: LauncherLine): Promise<void> | void {
    const { job, ends } = this;
    if (ends?.begun && (rank === undefined || isAbort(text))) return;
    if (rank !== undefined) return job?.print(rank, stream, text);
    if (/\w/.test(text)) return job?.print(0, 'lockstep', `mpiexec: ${text}`);
  }

  private bootOf(here: NodeBoot, folder: string | null): NodeBoot {
    if (folder === null || !here.mpi) return here;
    return { ...here, runDirectory: folder, mpi: { ...here.mpi, away: this.door } };
  }

  private host(name: string): NodeHost {
    const { runDirectory } = this;
    const addressOf = (job: number, rank: number) => socketAddress(runDirectory, nodeSocketName(job, rank));
    return {
      id: name,
      name,
      size: ownMachineSize(),
      reachable: true,
      launch: (request, _onRawOutput, onEnd) => this.expect(request, onEnd),
      addressOf,
      meet: () => Promise.resolve(),
      openPeer: (job, rank) => openStream(addressOf(job, rank)),
      onEvent: (event) => this.tell(event),
      close: () => Promise.resolve(),
    };
  }

  private expect({ identity }: NodeRequest, onEnd: (end: ProcessEnd) => void): LaunchedNode {
    const { coordinator, runDirectory, wanted, ends } = this;
    const { rank } = identity;
    const mpi = { library: wanted.library, quiet: ends !== undefined };
    this.first ??= { ...identity, coordinator, runDirectory, mpi };
    const lost = (): void => {
      if (!this.gone.delete(rank)) return;
      if (ends) ends.lost(rank, onEnd);
      else onEnd(goneEnd);
      if (!this.awaitsOthers) this.abortHere();
    };
    this.gone.set(rank, lost);
    return { pid: 0, lost, kill: () => this.kill(rank) };
  }

  /**
   * Ends a node, which the launcher answers by ending all. So those of other machines come first, and close their links
   * when they have removed what lies there.
   */
  private kill(rank: number): void {
    const { job } = this;
    if (job?.info.state === 'stopping' && job.info.failure === undefined) return; // it is leaving by itself
    const lost = this.gone.get(rank);
    this.ends?.endSoon();
    if (job?.nodes[rank]?.connected !== true) return lost?.();
    if (this.ends?.byLauncher) return;
    if (this.ends?.kill(rank, this.isAway(rank))) return;
    this.ending.add(rank);
    if (this.isAway(rank)) this.abort(rank);
    setTimeout(() => this.abortHere(), tidyWithinMs);
    setTimeout(() => lost?.(), endedWithinMs); // a machine that is out of reach does not say that it has ended
    if (!this.awaitsOthers) this.abortHere();
  }

  /** Ends the nodes of this machine that are to end. */
  private abortHere(): void {
    for (const rank of this.ending) if (!this.isAway(rank)) this.abort(rank);
  }

  private abort(rank: number): void {
    this.ending.delete(rank);
    this.job?.nodes[rank]?.notify('abort', { code: this.exitCode });
  }

  private isAway(rank: number): boolean {
    return this.wanted.folders[rank] !== null;
  }

  /** Some node of another machine is still there. */
  private get awaitsOthers(): boolean {
    return [...this.gone.keys()].some((rank) => this.isAway(rank));
  }

  private get exitCode(): number {
    const failure = this.job?.info.failure;
    return (failure && abortCodeOf(failure.error)) ?? failedCode;
  }

  /** What a terminal should show that no program has printed. */
  private tell(event: ClusterEvent): void {
    if (event.type === 'jobChanged' && event.job.state !== 'starting') this.listener?.close();
    if (event.type === 'output' && event.stream === 'lockstep') this.say(event.text);
    else if (event.type === 'jobChanged' && event.job.state === 'stopping' && event.job.failure)
      this.say(textOf(event.job.failure));
  }

  private say(text: string): void {
    if (!this.ends) this.job?.nodes[0]?.notify('say', { text });
  }
}

/** The addresses of this machine that others may reach. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const isOfLink = (address: string): boolean => address.startsWith('fe80:'); // means nothing elsewhere
  return all.flatMap(({ address, internal }) => (internal || isOfLink(address) ? [] : [address]));
}

const textOf = (failure: JobFailure): string => failureLines(failure, process.cwd()).join('\n');
