import type { JobId, Policy } from './model';

/** True for the jobs that are meant; absent: all are. */
export type JobFilter = (job: JobId) => boolean;

interface PolicyInUse {
  policy: Policy;
  /** The jobs that it is for. */
  jobs: JobFilter | undefined;
}

/** Which policy places the tasks of a job: its own, or the one that is everybody's. Cost: O(1) each. */
export class JobPolicies {
  private readonly own = new Map<JobId, Policy>();
  /** Every policy that some job may have, once. */
  all: readonly PolicyInUse[] = [];

  constructor(private shared: Policy) {
    this.gather();
  }

  /** The one of a job; where no job is named, that of those that have none. */
  of(job?: JobId): Policy {
    return (job !== undefined && this.own.get(job)) || this.shared;
  }

  /** Sets the one of all jobs that have none of their own; says whose tasks that concerns. */
  share(policy: Policy): JobFilter {
    this.shared = policy;
    this.gather();
    return (job) => !this.own.has(job);
  }

  /** Sets the one of a job, or has it share that of all; says whose tasks that concerns. */
  set(job: JobId, policy: Policy | undefined): JobFilter {
    if (policy) this.own.set(job, policy);
    else this.own.delete(job);
    this.gather();
    return (each) => each === job;
  }

  private gather(): void {
    const policies = new Set([this.shared, ...this.own.values()]);
    this.all = [...policies].map((policy) => ({
      policy,
      jobs: this.own.size === 0 ? undefined : (job) => this.of(job) === policy,
    }));
  }
}
