/** Tells of an update as it goes on, for people or, with `--json`, for programs. */
import {
  deploymentError,
  type DeploymentInfo,
  type DeployOutcome,
  type ReplicaInfo,
} from '../protocol/deployment';
import type { LockstepError } from '../protocol/errors';
import type { ClusterEvent } from '../protocol/events';
import { headline } from './deploymentTable';
import { exitCodeOf } from './exitCode';
import { printHost } from './printHost';

export class DeploymentReporter {
  /** What was last said of each replica. */
  private readonly said = new Map<string, string>();
  private readonly hosts = new Map<string, string>();
  private phase = '';

  constructor(
    private readonly name: string,
    private readonly json: boolean,
  ) {}

  event(event: ClusterEvent): void {
    if (this.json) printRow(event);
    else if (event.type === 'deploymentChanged') this.changed(event.deployment);
    else if (event.type === 'hostChanged') printHost(event.host, this.hosts);
  }

  /** The last words; answers the exit code. */
  finished({ outcome, deployment, failure }: DeployOutcome): number {
    const error = deploymentError(this.name, { outcome, deployment, failure });
    if (this.json) printRow({ type: 'finished', ok: error === undefined, outcome, deployment, failure });
    else if (!error) {
      const already = outcome === 'unchanged' ? ' already' : '';
      const { version = '', inService, size } = deployment;
      process.stdout.write(
        `${this.name}: version ${version} is${already} in service: ${inService} of ${size} replicas are healthy\n`,
      );
    } else {
      for (const line of failure?.output ?? []) {
        process.stderr.write(`[${failure?.rank} ${failure?.version}] ${line}\n`);
      }
      for (const line of (failure?.stack || '').split('\n').filter(Boolean)) {
        process.stderr.write(`    ${line}\n`);
      }
      process.stderr.write(`lockstep: ${error.message}\n`);
    }
    return error ? exitCodeOf(error) : 0;
  }

  /** The update could not even begin, or its coordinator was lost. */
  failed(error: LockstepError): void {
    if (this.json) printRow({ type: 'finished', ok: false, error: error.toWire() });
    else process.stderr.write(`lockstep: ${error.message}\n`);
  }

  private changed(deployment: DeploymentInfo): void {
    if (
      deployment.phase !== this.phase &&
      (deployment.phase === 'updating' || deployment.phase === 'rollingBack')
    )
      process.stdout.write(`${headline(deployment)}\n`);
    this.phase = deployment.phase;
    for (const replica of deployment.replicas) this.replicaChanged(replica);
  }

  private replicaChanged({ rank, version, state, host, reason }: ReplicaInfo): void {
    const key = `${rank} ${version}`;
    const why = reason === undefined || state === 'healthy' || state === 'stopping' ? '' : ` (${reason})`;
    const text = `${state}${why}`;
    const before = this.said.get(key);
    this.said.set(key, text);
    // Who is healthy when we begin to look is no news.
    if (text === before || (before === undefined && state === 'healthy')) return;
    process.stdout.write(`  replica ${rank} of ${version} on ${host || 'no machine yet'}: ${text}\n`);
  }
}

function printRow(row: object): void {
  const { type, ...rest } = row as { type: string };
  process.stdout.write(`${JSON.stringify({ type, timeMs: Date.now(), ...rest })}\n`);
}
