/** One process of a replica: starts it as a job of one node, asks it how it is, and ends it. */
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { LockstepError } from '../../protocol/errors';
import type { JobFailure, JobInfo } from '../../protocol/job';
import type { Health } from '../../protocol/service';
import type { Job } from '../job';
import { HealthJudge } from './healthJudge';

/** Between two checks, before the replica is healthy and after. */
const startingProbeMs = 200;
const healthyProbeMs = 1000;
/** A check without an answer for this long has gone wrong. */
const answerMs = 5000;
/** How long a service has for its `stop()`, before its process is killed. */
const graceMs = 10_000;

export interface ReplicaReports {
  healthy(): void;
  unhealthy(reason: string): void;
  /** Not healthy for the whole of the health timeout. */
  overdue(reason: string): void;
  /** Once, and the last report. */
  ended(reason: string): void;
  /** Its process was started, on a machine. */
  started(job: Job): void;
}

export class ReplicaRun {
  private readonly judge = new HealthJudge();
  private readonly timers = new Map<'probe' | 'deadline' | 'grace', Disposable>();
  private stopping = false;
  private over = false;
  private job: Job | undefined;

  constructor(
    launch: () => Promise<Job>,
    private readonly clock: Clock,
    private readonly healthTimeoutMs: number,
    private readonly reports: ReplicaReports,
  ) {
    launch().then(
      (job) => this.launched(job),
      (error: unknown) => this.end(LockstepError.from(error).message),
    );
  }

  /** Lets the service finish, for a while; then ends it. */
  stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    this.clear();
    const { job } = this;
    if (!job) return; // ended as soon as it has been launched
    if (job.info.state !== 'running') void job.stop();
    else {
      job.nodes[0]?.notify('stopService', {});
      this.after('grace', graceMs, () => void job.stop());
    }
  }

  private launched(job: Job): void {
    this.job = job;
    void job.wait().then((info) => this.jobEnded(info));
    if (this.stopping) {
      void job.stop();
      return;
    }
    this.reports.started(job);
    this.startDeadline();
    this.after('probe', startingProbeMs, () => void this.probe(startingProbeMs));
  }

  private async probe(everyMs: number): Promise<void> {
    const health = await this.ask();
    if (this.stopping || this.over) return;
    const verdict = this.judge.judge(health);
    const nextMs =
      verdict === 'healthy' ? healthyProbeMs : verdict === 'unhealthy' ? startingProbeMs : everyMs;
    this.after('probe', nextMs, () => void this.probe(nextMs));
    if (verdict === 'healthy') {
      this.drop('deadline');
      this.reports.healthy();
    } else if (verdict === 'unhealthy') {
      this.startDeadline();
      this.reports.unhealthy(this.judge.reason);
    }
  }

  /** Never rejects: who cannot be asked is not healthy. */
  private ask(): Promise<Health> {
    return new Promise((resolve) => {
      const wrong = (reason: string) => resolve({ healthy: false, reason });
      const late = this.clock.after(answerMs, () => wrong(`it did not answer within ${answerMs / 1000} s`));
      const asked = this.job?.nodes[0]?.health() ?? Promise.reject(new Error('it is not there'));
      void asked
        .then(resolve, (error: Error) => wrong(`it could not be asked: ${error.message}`))
        .finally(() => late.dispose());
    });
  }

  private startDeadline(): void {
    this.after('deadline', this.healthTimeoutMs, () => {
      this.reports.overdue(
        `it was not healthy within ${this.healthTimeoutMs / 1000} s: ${this.judge.reason}`,
      );
    });
  }

  private jobEnded({ failure }: JobInfo): void {
    if (failure === undefined || failure.error.code === 'stopped') this.end('its program has ended');
    else this.end(describeFailure(failure));
  }

  private end(reason: string): void {
    this.over = true;
    this.clear();
    this.reports.ended(reason);
  }

  private after(name: 'probe' | 'deadline' | 'grace', delayMs: number, callback: () => void): void {
    this.drop(name);
    this.timers.set(name, this.clock.after(delayMs, callback));
  }

  private drop(name: 'probe' | 'deadline' | 'grace'): void {
    this.timers.get(name)?.dispose();
    this.timers.delete(name);
  }

  private clear(): void {
    for (const name of [...this.timers.keys()]) this.drop(name);
  }
}

/** A job's failure as part of a sentence, without the words that are about a job. */
function describeFailure({ error: { code, data, message }, at }: JobFailure): string {
  const ofNode = code === 'nodeLost' || code === 'nodesDidNotStart';
  const text = ofNode ? String(data['reason']) : message;
  return text.replace(/\.$/, '') + (at ? ` (${at.file}:${at.line}:${at.column})` : '');
}
