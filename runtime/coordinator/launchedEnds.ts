/**
 * How the nodes of a launcher of ours have ended. Their links tell at once that they have, and a death ends the job then. Of what a
 * node died, the launcher says, which ends all others with it and then itself (Open MPI takes a second for that): the failure gets
 * its reason then, before the job is over, and nothing is left.
 */
import type { ProcessEnd } from '../launch/local';
import { readEnd, shortWords } from '../launch/mpi/launcherWords';
import type { Mpiexec, MpiexecEnd } from '../launch/mpi/mpiexec';
import { LockstepError } from '../protocol/errors';
import type { JobFailure } from '../protocol/job';
import { describeEnd, describeLoss } from './describeEnd';
import type { Job } from './job';

/** How long the nodes have for ending the whole run by themselves. */
const abortedWithinMs = 2500;

/** By what a launcher ends the others: one of these may be of any of them. */
const cleanedUpBy: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGKILL', 'SIGTERM']);

/** The end of a process of which nobody knows how. */
export const goneEnd: ProcessEnd = { code: null, signal: null };

export class LaunchedEnds {
  private job: Job | undefined;
  /** By rank: to be called when it is known how the node ended. */
  private readonly dying = new Map<number, (end: ProcessEnd) => void>();
  /** The node whose link was the first to close, where the launcher lived longer: the job ends because of it. */
  private first: number | undefined;
  private isExplained = false;
  private isEndedHere = false;
  private endsSoon = false;

  /** `lose` has `lost` called for a node, unless that has been. */
  constructor(
    private readonly mpiexec: Mpiexec,
    private readonly lose: (rank: number) => void,
  ) {}

  follow(job: Job): void {
    this.job = job;
    void this.mpiexec.ended.then((end) => this.judge(end));
  }

  /** The link of a node has closed. */
  lost(rank: number, onEnd: (end: ProcessEnd) => void): void {
    this.dying.set(rank, onEnd);
    if (this.isUnderWay && this.mpiexec.isRunning) this.died(rank);
    void this.tell();
  }

  /** A node has died, so that the launcher ends all others. */
  get byLauncher(): boolean {
    return this.first !== undefined;
  }

  /** Some node is gone, or all are to be: what the launcher says now is about that, and is told with it. */
  get begun(): boolean {
    return this.dying.size > 0 || !this.isUnderWay;
  }

  /** Kills one node of a job that is under way, if it runs here; the launcher then ends the others. */
  kill(rank: number, isAway: boolean): boolean {
    const pid = this.job?.nodes[rank]?.info.pid;
    if (!this.isUnderWay || isAway || !pid) return false;
    try {
      return process.kill(pid, 'SIGKILL');
    } catch {
      return true; // it is gone already
    }
  }

  /** The run is to be over: what its nodes do not end by themselves is ended here. */
  endSoon(): void {
    if (this.endsSoon || this.isUnderWay) return;
    this.endsSoon = true;
    setTimeout(() => {
      this.isEndedHere = true;
      this.mpiexec.end();
    }, abortedWithinMs);
  }

  private get isUnderWay(): boolean {
    const state = this.job?.info.state;
    return state === 'starting' || state === 'running';
  }

  /**
   * Its job ends because of it, unless its program has ended; or because of one that was killed from here, where the launcher was
   * quicker with the others than its link with the word.
   */
  private died(rank: number): void {
    const { job } = this;
    const node = job?.nodes.find(({ taken, finished }) => taken && !finished) ?? job?.nodes[rank];
    if (!job || !node || node.finished) return;
    this.first = node.rank;
    const failure = describeLoss(node, goneEnd, undefined);
    node.die(describeEnd(goneEnd));
    job.end(failure);
  }

  private async tell(): Promise<void> {
    this.judge(await this.mpiexec.ended);
    for (const [rank, onEnd] of this.dying) {
      this.dying.delete(rank);
      onEnd(goneEnd);
    }
  }

  /** The launcher has ended: says why, and ends the job, if that is not ending: because of the node that it names, or of itself. */
  private judge(launcherEnd: MpiexecEnd): void {
    const { job, mpiexec, first } = this;
    if (!job) return;
    const said = readEnd(mpiexec.said);
    const named = said?.rank ?? job.nodes.find(({ info }) => info.pid === said?.pid && info.pid !== 0)?.rank;
    const end = said ? { ...goneEnd, code: said.code, signal: said.signal } : goneEnd;
    const isOfLauncher = launcherEnd.signal !== null && !this.isEndedHere;
    if (first !== undefined) {
      if (this.isExplained) return;
      this.isExplained = true;
      if (isOfLauncher) return job.change({ failure: this.launcherFailure(launcherEnd) });
      const isCertain = said?.rank !== undefined || (said && !cleanedUpBy.has(said.signal));
      return this.explain(job, first, isCertain ? (named ?? first) : first, named, end);
    }
    if (!this.isUnderWay) return;
    if (isOfLauncher || named === undefined || !job.nodes[named])
      return job.end(this.launcherFailure(launcherEnd));
    this.lose(named);
    const onEnd = this.dying.get(named);
    this.dying.delete(named);
    onEnd?.(end);
  }

  /**
   * The job was ended because `first` was gone first, and `dead` is whose death it was; the launcher tells the end of `named`. MPICH
   * names the lowest of all that have ended by then, those that it has killed among them.
   */
  private explain(job: Job, first: number, dead: number, named: number | undefined, end: ProcessEnd): void {
    const node = job.nodes[dead];
    if (!node || node.taken || named !== dead) return;
    if (first !== dead) job.nodes[first]?.explain('it was ended with its job');
    node.explain(describeEnd(end));
    job.change({ failure: describeLoss(node, end, undefined) });
  }

  /** Why the job fails whose launcher has ended by itself. */
  private launcherFailure({ code, signal }: MpiexecEnd): JobFailure {
    const { launcher, said } = this.mpiexec;
    const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
    const what = { path: launcher.path, how, said: shortWords(said) };
    return { error: new LockstepError('mpiexecEnded', what).toWire() };
  }
}
