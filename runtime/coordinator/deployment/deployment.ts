/**
 * A service in operation: carries out what the rollout asks for, and feeds it with what becomes of the replicas. A
 * replica is a job of one node, so that all that holds for jobs holds for it.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock';
import type { Seat } from '../../launch/nodeHost';
import type { ClusterConfiguration } from '../../protocol/configuration';
import type {
  DeploymentFailure,
  DeploymentInfo,
  DeployOutcome,
  DeploySpec,
  ReplicaInfo,
} from '../../protocol/deployment';
import { LockstepError } from '../../protocol/errors';
import type { ClusterEvent } from '../../protocol/events';
import type { Bundle } from '../../protocol/job';
import type { Answers } from '../../protocol/questions';
import type { ReplicaIdentity } from '../../protocol/service';
import type { Job } from '../job';
import { ReplicaRun } from './replicaRun';
import {
  inService,
  nothingDeployed,
  type Replica,
  type RolloutAction,
  type RolloutEvent,
  step,
} from './rollout';
import { VersionSeats } from './versionSeats';

/** A program as it is to run on a cluster. */
export interface Plan {
  cluster: { name: string; configuration: ClusterConfiguration };
  size: number;
  bundle: Bundle;
  /** Hash of the program's data. */
  data: string;
}

/** What a deployment needs of its coordinator. */
export interface DeploymentContext {
  clock: Clock;
  /** Finds the cluster and bundles the program. */
  plan(spec: DeploySpec): Promise<Plan>;
  /** Where each rank's replica runs; connects to machines and uploads the program as needed. */
  seats(plan: Plan, spec: DeploySpec, answers: Answers): Promise<Seat[]>;
  /** Starts a replica as a job of one node. */
  launch(plan: Plan, spec: DeploySpec, seat: Seat, replica: ReplicaIdentity): Job;
  publish(event: ClusterEvent): void;
  /** What is in service has changed, or nothing is left. */
  onSettled(info: DeploymentInfo): void;
}

interface PreparedVersion {
  spec: DeploySpec;
  plan: Plan;
  seats: VersionSeats;
}

/** A replica's process, and what is known of it. */
interface Running {
  run: ReplicaRun;
  startedAtMs: number;
  job?: Job;
}

const keptLines = 10;
const hashChars = 12;

export class Deployment {
  private rollout = nothingDeployed;
  private readonly versions = new Map<string, PreparedVersion>();
  private readonly running = new Map<number, Running>();
  private readonly waiting: ((outcome: DeployOutcome['outcome']) => void)[] = [];
  private failure: DeploymentFailure | undefined;
  private busy = false;
  private readonly startedAtMs = Date.now();

  constructor(
    private readonly name: string,
    private readonly context: DeploymentContext,
  ) {}

  /** Makes a version the one that runs; resolves when it is in service, or has been given up. */
  async deploy(spec: DeploySpec, answers: Answers): Promise<DeployOutcome> {
    const { phase } = this.rollout;
    if (this.busy || phase !== 'steady') {
      throw new LockstepError('deploymentBusy', { name: this.name, phase: phaseWords[phase] });
    }
    this.busy = true;
    try {
      const plan = await this.context.plan(spec);
      const hash = hashOf(spec, plan);
      const minimum = spec.minimum ?? plan.size;
      if (minimum > plan.size) {
        throw new LockstepError('badArgument', {
          name: '--min-in-service',
          value: String(minimum),
          expected: `at most the number of replicas, which is ${plan.size}`,
          next: 'Leave it out to keep all in service.',
        });
      }
      const known = this.rollout.current?.hash === hash;
      const ask = (who: Answers) => this.context.seats(plan, spec, who);
      const seats = (known && this.versions.get(hash)?.seats) || new VersionSeats(ask);
      if (!known) await seats.take(answers);
      this.versions.set(hash, { spec, plan, seats });
      this.failure = undefined;
      const ended = new Promise<DeployOutcome['outcome']>((resolve) => this.waiting.push(resolve));
      this.feed({ type: 'deploy', version: { hash, size: plan.size, minimum } });
      const outcome = await ended;
      return {
        outcome: known && outcome === 'updated' ? 'unchanged' : outcome,
        deployment: this.info,
        failure: this.failure,
      };
    } finally {
      this.busy = false;
    }
  }

  /** Ends all replicas as they wish to end; resolves when they are gone. */
  async undeploy(): Promise<void> {
    if (this.rollout.phase === 'gone') return;
    const ended = new Promise<DeployOutcome['outcome']>((resolve) => this.waiting.push(resolve));
    this.feed({ type: 'undeploy' });
    await ended;
  }

  /** True while there is something that runs, or is being prepared. */
  get inUse(): boolean {
    const { phase, current, next } = this.rollout;
    return this.busy || (phase !== 'gone' && (current !== undefined || next !== undefined));
  }

  get info(): DeploymentInfo {
    const { phase, current, next, replicas } = this.rollout;
    const shown = current ?? next;
    const prepared = this.versions.get(shown?.hash ?? '');
    return {
      name: this.name,
      phase,
      program: prepared?.spec.program ?? '',
      cluster: prepared?.plan.cluster.name ?? '',
      version: current?.hash,
      next: next?.hash,
      size: shown?.size ?? 0,
      minimum: shown?.minimum ?? 0,
      inService: inService(this.rollout),
      pid: process.pid,
      startedAtMs: this.startedAtMs,
      replicas: replicas.map((replica) => this.replicaInfo(replica)).sort((a, b) => a.rank - b.rank),
    };
  }

  private replicaInfo({ id, rank, version, phase, restarts, reason }: Replica): ReplicaInfo {
    const { job, startedAtMs = Date.now() } = this.running.get(id) ?? {};
    const host = job?.nodes[0]?.info.host ?? this.versions.get(version)?.seats.hostOf(rank) ?? '';
    return { rank, version, state: phase, host, job: job?.info.id, startedAtMs, restarts, reason };
  }

  private feed(event: RolloutEvent): void {
    const before = this.rollout.failure;
    const { state, actions } = step(this.rollout, event);
    this.rollout = state;
    if (state.failure !== before) this.failure = this.describeFailure();
    for (const action of actions) this.perform(action);
    this.forgetEnded();
    this.context.publish({ type: 'deploymentChanged', deployment: this.info });
  }

  /** What waits for its next start still shows the job of the last. */
  private forgetEnded(): void {
    for (const id of this.running.keys()) {
      if (!this.rollout.replicas.some((replica) => replica.id === id)) this.running.delete(id);
    }
  }

  private perform(action: RolloutAction): void {
    switch (action.type) {
      case 'start':
        this.start(action.id, action.rank, action.version);
        break;
      case 'stop':
        this.running.get(action.id)?.run.stop();
        break;
      case 'retry':
        this.context.clock.after(action.afterMs, () => this.feed({ type: 'retry', id: action.id }));
        break;
      case 'finished':
        this.finished(action.outcome);
    }
  }

  private start(id: number, rank: number, hash: string): void {
    const { spec, plan, seats } = this.versions.get(hash) as PreparedVersion;
    const launch = async (): Promise<Job> => {
      const seat = await seats.at(rank);
      return this.context.launch(plan, spec, seat, { rank, size: plan.size, version: hash });
    };
    const { clock } = this.context;
    const run = new ReplicaRun(launch, clock, spec.healthTimeoutMs, {
      started: (job) => {
        running.job = job;
        this.context.publish({ type: 'deploymentChanged', deployment: this.info });
      },
      healthy: () => this.feed({ type: 'healthy', id, atMs: clock.nowMs() }),
      unhealthy: (reason) => this.feed({ type: 'unhealthy', id, reason }),
      overdue: (reason) => this.feed({ type: 'overdue', id, reason }),
      ended: (reason) => this.feed({ type: 'ended', id, reason, atMs: clock.nowMs() }),
    });
    const running: Running = { run, startedAtMs: Date.now() };
    this.running.set(id, running);
  }

  /** Of the replica that made the rollout give up. */
  private describeFailure(): DeploymentFailure | undefined {
    const { failure } = this.rollout;
    if (!failure) return undefined;
    const job = this.running.get(failure.id)?.job;
    const lines = job?.output.list().flatMap(({ text }) => text.split('\n')) ?? [];
    return {
      rank: failure.rank,
      version: failure.version,
      host: job?.nodes[0]?.info.host ?? this.versions.get(failure.version)?.seats.hostOf(failure.rank) ?? '',
      reason: failure.reason,
      at: job?.info.failure?.at,
      stack: job?.info.failure?.stack,
      output: lines.slice(-keptLines),
    };
  }

  private finished(outcome: DeployOutcome['outcome']): void {
    const { current } = this.rollout;
    for (const hash of this.versions.keys()) if (hash !== current?.hash) this.versions.delete(hash);
    for (const resolve of this.waiting.splice(0)) resolve(outcome);
    this.context.onSettled(this.info);
  }
}

const phaseWords = {
  steady: 'being prepared',
  updating: 'being updated',
  rollingBack: 'going back to the version before',
  ending: 'being undeployed',
  gone: 'no longer there',
} as const;

/** A version is the program, its data, and all that decides how it runs. */
function hashOf({ args }: DeploySpec, { bundle, data, cluster, size }: Plan): string {
  const what = JSON.stringify([bundle.hash, bundle.sources[0], data, cluster, size, args]);
  return createHash('sha256').update(what).digest('hex').slice(0, hashChars);
}
