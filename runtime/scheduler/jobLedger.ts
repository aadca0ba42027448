/** What each job has had of the cluster, and who is due next. */
import type { JobId, JobShare } from './model';

interface Account extends JobShare {
  /** Processor time it has had, in ms, divided by its weight. */
  hadMs: number;
  /** Processors that it holds. */
  heldCpus: number;
}

const unlimited: JobShare = { weight: 1, quotaCpus: Infinity };

/**
 * Fair shares by weighted fair queueing: the job that has had least for its weight is due next (stride scheduling,
 * Waldspurger 1995). One that comes later starts where the others are: it is not owed what it did not ask for.
 * Cost: O(1) each.
 */
export class JobLedger {
  private readonly accounts = new Map<JobId, Account>();

  open(job: JobId, share: JobShare): void {
    const known = this.accounts.get(job);
    this.accounts.set(job, { hadMs: this.least, heldCpus: 0, ...known, ...share });
  }

  close(job: JobId): void {
    this.accounts.delete(job);
  }

  /** It may hold so many processors more. */
  allows(job: JobId, cpus: number): boolean {
    const { heldCpus, quotaCpus } = this.account(job);
    // A task that is larger than the whole quota runs alone rather than never.
    return heldCpus === 0 || heldCpus + cpus <= quotaCpus;
  }

  /** Lower is due earlier. */
  had(job: JobId): number {
    return this.account(job).hadMs;
  }

  /** It starts a task that is expected to take so long. */
  take(job: JobId, cpus: number, expectedMs: number): void {
    const account = this.account(job);
    account.heldCpus += cpus;
    account.hadMs += (cpus * expectedMs) / account.weight;
  }

  /** The task has ended, and took so long. */
  giveBack(job: JobId, cpus: number, expectedMs: number, ms: number): void {
    const account = this.account(job);
    account.heldCpus -= cpus;
    account.hadMs += (cpus * (ms - expectedMs)) / account.weight;
  }

  /** Whether its tasks may be held back although a node is free. */
  isLimited(job: JobId): boolean {
    return this.account(job).quotaCpus !== Infinity;
  }

  private account(job: JobId): Account {
    let account = this.accounts.get(job);
    if (!account) {
      account = { ...unlimited, hadMs: this.least, heldCpus: 0 };
      this.accounts.set(job, account);
    }
    return account;
  }

  private get least(): number {
    let least = Infinity;
    for (const { hadMs } of this.accounts.values()) least = Math.min(least, hadMs);
    return least === Infinity ? 0 : least;
  }
}
