/** The nodes of a job that an MPI launcher has started: they are not launched, they join, and the launcher ends them. */
import { dirname } from 'node:path';
import { failureLines } from '../core/failureLines';
import type { LaunchedNode, ProcessEnd } from '../launch/local';
import { ownMachineSize } from '../launch/machineSize';
import type { NodeHost, NodeRequest, Seat } from '../launch/nodeHost';
import type { NodeBoot } from '../protocol/agentLink';
import type { ClusterEvent } from '../protocol/events';
import { abortCodeOf } from '../protocol/errors';
import type { Bundle, JobFailure } from '../protocol/job';
import type { JoinSpec } from '../protocol/control';
import { nodeSocketName } from '../protocol/relay';
import { openStream, socketAddress } from '../transport/unixSocket';
import type { Job } from './job';

/** Exit code of the launcher when the program has failed. */
const failedCode = 1;

export class JoinedNodes {
  readonly seats: readonly Seat[];
  private first: Omit<NodeBoot, 'rank'> | undefined;
  private readonly gone = new Map<number, () => void>();
  private job: Job | undefined;

  constructor(
    private readonly wanted: JoinSpec,
    bundle: Bundle,
    private readonly coordinator: string,
    private readonly runDirectory: string,
  ) {
    const { spec, hosts } = wanted;
    const machines = new Map(hosts.map((name) => [name, this.host(name)]));
    const node = { path: process.execPath, env: {} };
    const cwd = spec.cwd ?? dirname(spec.program);
    this.seats = hosts.map((name) => ({
      host: machines.get(name) as NodeHost,
      node,
      bundlePath: bundle.path,
      cwd,
    }));
  }

  /** What the processes need to become the nodes of the job, by rank. */
  bootsOf(job: Job): NodeBoot[] {
    this.job = job;
    const { first } = this;
    return first ? this.wanted.hosts.map((_, rank) => ({ ...first, rank })) : [];
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
      openPeer: (job, rank) => openStream(addressOf(job, rank)),
      onEvent: (event) => this.tell(event),
      close: () => Promise.resolve(),
    };
  }

  private expect({ identity }: NodeRequest, onEnd: (end: ProcessEnd) => void): LaunchedNode {
    const { coordinator, runDirectory, wanted } = this;
    const { rank } = identity;
    this.first ??= { ...identity, coordinator, runDirectory, mpi: { library: wanted.library } };
    const lost = () => onEnd({ code: null, signal: null, outOfMemory: false });
    this.gone.set(rank, lost);
    return { pid: 0, lost, kill: () => this.kill(rank) };
  }

  /** Ends a node, which the launcher answers by ending all. */
  private kill(rank: number): void {
    const { job } = this;
    if (job?.info.state === 'stopping' && job.info.failure === undefined) return; // it is leaving by itself
    const node = job?.nodes[rank];
    if (node?.connected === true) node.notify('abort', { code: this.exitCode });
    else this.gone.get(rank)?.();
  }

  private get exitCode(): number {
    const failure = this.job?.info.failure;
    return (failure && abortCodeOf(failure.error)) ?? failedCode;
  }

  /** What a terminal should show that no program has printed. */
  private tell(event: ClusterEvent): void {
    if (event.type === 'output' && event.stream === 'lockstep') this.say(event.text);
    else if (event.type === 'jobChanged' && event.job.state === 'stopping' && event.job.failure)
      this.say(textOf(event.job.failure));
  }

  private say(text: string): void {
    this.job?.nodes[0]?.notify('say', { text });
  }
}

const textOf = (failure: JobFailure): string => failureLines(failure, process.cwd()).join('\n');
