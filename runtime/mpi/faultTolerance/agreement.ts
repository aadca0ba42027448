/**
 * How nodes agree although some of them die meanwhile: one agreement, at one node. Pure: events come in by its methods,
 * messages and the decision go out by its actions.
 *
 * The algorithm has three phases under a leader, as D. Buntinas, "Scalable Distributed Consensus to Support MPI Fault
 * Tolerance" (IPDPS 2012), here with the leader sending to each node itself. The leader is the lowest rank that has not failed:
 *   1. each node reports its vote to the leader, which waits for all that have not failed, and merges the votes;
 *   2. the leader proposes the result; each node keeps it and acknowledges;
 *   3. with all acknowledgements the leader decides and tells all; who hears of the decision tells all once more.
 * When a leader fails, each node reports to the next one, with the proposal that it has kept, if any. A leader that finds a
 * proposal in a report proposes that one again.
 *
 * Failure assumptions: nodes stop and do not lie; every failure is told to every node in the end, and none is told that has
 * not happened (a perfect failure detector, which the coordinator is: it ends the process of a node before it says so).
 * Messages of one node to another keep their order. Then all that decide, decide the same, also those that fail
 * right after: a leader decides only when all live nodes keep its proposal, and a later leader hears from all of them;
 * a node that has gone to a later leader takes no proposal of an earlier one. All live nodes decide, as each failure
 * moves on to a leader with a higher rank, and a decision reaches all even if its leader dies while telling it.
 * Cost: for n nodes without a failure 3 rounds and a fourth that nobody waits for, (n - 1)(n + 3) messages.
 */

/** What a node brings into an agreement, and what comes of it. */
export interface Vote {
  /** Combined bit by bit with AND. */
  flag: number;
  /** Ranks that have failed; united. */
  failed: readonly number[];
  /** Lowest context that is not in use; the highest counts. */
  context: number;
}

/** What the nodes of an agreement say to each other. */
export type AgreementMessage =
  | { type: 'report'; vote: Vote; kept: Vote | undefined }
  | { type: 'propose'; vote: Vote }
  | { type: 'acknowledge' }
  | { type: 'decide'; vote: Vote };

/** What comes out of an agreement. */
export interface AgreementActions {
  send(to: number, message: AgreementMessage): void;
  decided(vote: Vote): void;
}

export class Agreement {
  private readonly failed = new Set<number>();
  private own: Vote | undefined;
  /** The proposal that this node has acknowledged. */
  private kept: Vote | undefined;
  /** Whom this node has reported to. */
  private leader = -1;
  /** As the leader: what has been reported, what was proposed, and who has acknowledged it. */
  private readonly reports = new Map<number, { vote: Vote; kept: Vote | undefined }>();
  private proposed: Vote | undefined;
  private readonly acknowledged = new Set<number>();
  private isDecided = false;

  constructor(
    private readonly rank: number,
    private readonly size: number,
    private readonly actions: AgreementActions,
  ) {}

  /** This node takes part. */
  start(vote: Vote): void {
    this.own = vote;
    this.proceed();
  }

  /** A rank has failed. */
  fail(rank: number): void {
    this.failed.add(rank);
    this.proceed();
  }

  receive(from: number, message: AgreementMessage): void {
    if (this.isDecided) return;
    switch (message.type) {
      case 'report':
        this.reports.set(from, message);
        break;
      case 'propose':
        // An earlier leader is gone; its proposal may not be the one that is decided any more.
        if (from !== this.leader) return;
        this.kept = message.vote;
        this.actions.send(from, { type: 'acknowledge' });
        break;
      case 'acknowledge':
        this.acknowledged.add(from);
        break;
      case 'decide':
        return this.decide(message.vote);
    }
    this.proceed();
  }

  /** The ranks without which it does not go on. */
  get awaited(): number[] {
    if (this.leader !== this.rank) return this.leader < 0 ? [] : [this.leader];
    return this.others.filter((rank) => !(this.proposed ? this.acknowledged : this.reports).has(rank));
  }

  /** The other ranks that have not failed. */
  private get others(): number[] {
    const ranks = Array.from({ length: this.size }, (_, rank) => rank);
    return ranks.filter((rank) => rank !== this.rank && !this.failed.has(rank));
  }

  private proceed(): void {
    const { own, others } = this;
    if (own === undefined || this.isDecided) return;
    const leader = Math.min(this.rank, ...others);
    if (leader !== this.leader) {
      this.leader = leader;
      if (leader !== this.rank) this.actions.send(leader, { type: 'report', vote: own, kept: this.kept });
    }
    if (leader !== this.rank) return;
    if (!this.proposed && this.awaited.length === 0) this.propose(own);
    if (this.proposed && this.awaited.length === 0) this.decide(this.proposed);
  }

  private propose(own: Vote): void {
    const reports = [...this.reports.values()];
    const kept = this.kept ?? reports.find((report) => report.kept)?.kept;
    const votes = [own, ...reports.map(({ vote }) => vote)];
    const failed = new Set([...this.failed, ...votes.flatMap((vote) => vote.failed)]);
    const merged: Vote = {
      flag: votes.reduce((bits, { flag }) => bits & flag, -1),
      failed: [...failed].sort((a, b) => a - b),
      context: Math.max(...votes.map(({ context }) => context)),
    };
    const proposal = kept ?? merged;
    this.proposed = proposal;
    this.kept = proposal;
    for (const to of this.others) this.actions.send(to, { type: 'propose', vote: proposal });
  }

  private decide(vote: Vote): void {
    this.isDecided = true;
    for (const to of this.others) this.actions.send(to, { type: 'decide', vote });
    this.actions.decided(vote);
  }
}
