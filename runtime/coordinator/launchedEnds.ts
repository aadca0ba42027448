/**
 * How the nodes of a launcher of ours have ended. Their links only tell that they have; of what, the launcher says, which ends
 * all others with the one that died. So the first death waits for its words; and the last for its end, so that nothing is left.
 */
import type { ProcessEnd } from '../launch/local';
import { readEnd, shortWords } from '../launch/mpi/launcherWords';
import type { Mpiexec } from '../launch/mpi/mpiexec';
import { LockstepError } from '../protocol/errors';
import type { Job } from './job';

/** How long the launcher has for saying what a node died of. */
const wordsMs = 1500;
/** How long the nodes have for ending the whole run by themselves. */
const abortedWithinMs = 2500;

/** The end of a process of which nobody knows how. */
export const goneEnd: ProcessEnd = { code: null, signal: null, outOfMemory: false };

export class LaunchedEnds {
  private job: Job | undefined;
  /** By rank: to be called when it is known how the node ended. */
  private readonly dying = new Map<number, (end: ProcessEnd) => void>();
  /** The node whose link was the first to close, where the launcher lived longer. */
  private first: number | undefined;
  private endsSoon = false;

  /** `lose` has `lost` called for a node, unless that has been. */
  constructor(
    private readonly mpiexec: Mpiexec,
    private readonly lose: (rank: number) => void,
  ) {}

  follow(job: Job): void {
    this.job = job;
    void this.mpiexec.ended.then(() => this.judge());
  }

  /** The link of a node has closed. */
  lost(rank: number, onEnd: (end: ProcessEnd) => void): void {
    if (this.isUnderWay && this.mpiexec.isRunning) this.first ??= rank;
    this.dying.set(rank, onEnd);
    void this.tell();
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
    setTimeout(() => this.mpiexec.end(), abortedWithinMs);
  }

  private get isUnderWay(): boolean {
    const state = this.job?.info.state;
    return state === 'starting' || state === 'running';
  }

  private async tell(): Promise<void> {
    const { ended } = this.mpiexec;
    if (this.isUnderWay) {
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, wordsMs))]);
      this.judge();
    }
    await ended;
    for (const [rank, onEnd] of this.dying) {
      this.dying.delete(rank);
      onEnd(goneEnd);
    }
  }

  /** Ends the job, unless it is ending: because of the node that the launcher names, or that was gone first, or of the launcher. */
  private judge(): void {
    const { job, mpiexec } = this;
    if (!job || !this.isUnderWay) return;
    const said = readEnd(mpiexec.said);
    const byPid = job.nodes.find(({ info }) => info.pid === said?.pid && info.pid !== 0)?.rank;
    // MPICH names the lowest of all that have ended by then, those that it has killed among them.
    const rank = said?.rank ?? this.first ?? byPid;
    if (mpiexec.killedBy === null && rank !== undefined && job.nodes[rank]) {
      this.lose(rank);
      const onEnd = this.dying.get(rank);
      this.dying.delete(rank);
      const isMeant = said && (said.rank ?? byPid) === rank;
      return onEnd?.(isMeant ? { ...goneEnd, code: said.code, signal: said.signal } : goneEnd);
    }
    void mpiexec.ended.then(({ code, signal }) => {
      const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
      const { path } = mpiexec.launcher;
      job.end({
        error: new LockstepError('mpiexecEnded', { path, how, said: shortWords(mpiexec.said) }).toWire(),
      });
    });
  }
}
