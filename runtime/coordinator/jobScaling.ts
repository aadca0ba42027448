/**
 * Nodes that join a job while its program runs, and nodes that leave it: of programs of tasks, whose driver says when. All
 * others have a fixed world, as in MPI.
 *
 *   starting --it is up, and a debugger has prepared it--> told to all others --all know--> started
 *
 * Invariant: a node loads the program only once the agents of all others know how to reach it, so that nobody gets a
 * message from a node that it could not answer. Cost: one request to each node for all that join together, and one notice
 * for each that leaves. Failures: who dies before it is started is lost as any other node; who is silent is waited for
 * until it is declared dead.
 */
import type { NodeHost } from '../launch/nodeHost';
import type { NodesAnswer, NodesWish } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import { describeScaling, type ScaleReason, type ScaleRecord } from '../protocol/scaling';
import type { Job } from './job';
import type { NodeHandle } from './nodeHandle';
import { planInboxes } from './transportPlan';

/** How long a node that leaves may take to end its program. */
const leaveMs = 2000;

export class JobScaling {
  /** One change after the other. */
  private last: Promise<unknown> = Promise.resolve();
  /** Looks whether what is waited for has come about. */
  private readonly looks = new Set<() => void>();
  private driverRank: number | undefined;

  constructor(private readonly job: Job) {}

  /** The program is one of tasks; its driver runs on this node. */
  begin(driverRank: number): void {
    this.driverRank = driverRank;
  }

  /** The job goes on when a node of this rank dies. */
  outlives(rank: number): boolean {
    return this.driverRank !== undefined && rank !== this.driverRank;
  }

  /** All that the program was to do is done: only the end of the other nodes is waited for. */
  get driverHasFinished(): boolean {
    return this.driverRank !== undefined && this.job.nodes[this.driverRank]?.finished !== undefined;
  }

  /** Has the driver bring the job to so many nodes; resolves with how many it has then. */
  async scale(nodes: number): Promise<number> {
    const { info } = this.job;
    if (this.job.final) throw new LockstepError('jobEnded', { job: info.id, state: info.state });
    if (info.state === 'starting') throw new LockstepError('notRunningYet', { job: info.id });
    const driver = this.driverRank === undefined ? undefined : this.job.nodes[this.driverRank];
    if (!driver) throw new LockstepError('fixedNodes', { job: info.id, size: info.size });
    const ended = this.job.wait().then(({ state }) => {
      throw new LockstepError('jobEnded', { job: info.id, state });
    });
    const { size, error } = await Promise.race([driver.scale({ nodes }), ended]);
    if (error) throw LockstepError.fromWire(error);
    return size as number;
  }

  /** Does what the driver wants. */
  async carryOut(wish: NodesWish): Promise<NodesAnswer> {
    const { id, reason } = wish;
    const change = this.last.then(() =>
      'add' in wish ? this.add(wish.add, reason) : this.letGo(wish.letGo, reason),
    );
    this.last = change.catch(() => undefined);
    try {
      return { id, ranks: await change };
    } catch (error) {
      return { id, ranks: [], error: LockstepError.from(error).toWire() };
    }
  }

  /** Something is new of a node. */
  look(): void {
    for (const look of this.looks) look();
  }

  /** A debugger has set its breakpoints on a node. */
  releaseNode(rank: number, stopsOnEntry = false): void {
    const node = this.job.nodes[rank];
    if (!node) return;
    node.stopsOnEntry = stopsOnEntry;
    node.released = true;
    this.look();
  }

  /** A node's program has ended well: where that is the driver, nobody needs the others; one that leaves may go. */
  finished(node: NodeHandle): void {
    if (node.leaving) node.notify('exit', {});
    if (node.rank !== this.driverRank) return;
    for (const other of this.job.nodes) {
      if (other.started) other.notify('retire', {});
      else if (!other.ended) {
        other.leaving = true;
        other.die('the program had ended before it joined');
        other.process?.kill();
      }
    }
    this.look();
  }

  /** A node that leaves is gone. */
  left(node: NodeHandle): void {
    for (const other of this.job.nodes) {
      if (other.live && other.started) other.notify('nodeFailed', { rank: node.rank, byItself: false });
    }
    this.look();
  }

  private async add(count: number, reason: ScaleReason): Promise<number[]> {
    const { job } = this;
    const { context } = job;
    if (job.info.state !== 'running') return [];
    if (!context.grow) throw new LockstepError('fixedPlaces', { job: job.info.id });
    const before = this.living();
    context.grow(
      count,
      before.map(({ rank }) => rank),
    );
    const joining = job.enter(count);
    await this.until(() => joining.every((node) => this.isUp(node) || !node.live));
    const up = joining.filter((node) => node.live);
    await this.tellOthers(up);
    if (job.info.state !== 'running') return [];
    job.load(up.filter((node) => node.live));
    const ranks = up.map(({ rank }) => rank);
    if (ranks.length > 0) this.record({ ...reason, from: before.length, joined: ranks, left: [] });
    return ranks;
  }

  /** Nodes that have nothing to do any more, as the driver says. */
  private async letGo(ranks: readonly number[], reason: ScaleReason): Promise<number[]> {
    const { job } = this;
    // Their programs may have ended already, as the driver has told them to.
    const leaving = ranks.flatMap((rank) => job.nodes[rank] ?? []).filter((node) => !node.ended);
    const before = new Set([...this.living(), ...leaving]).size;
    for (const node of leaving) {
      node.leaving = true;
      if (node.finished) node.notify('exit', {});
      else node.notify('retire', {});
    }
    const timer = job.context.clock.after(leaveMs, () => {
      for (const node of leaving) node.process?.kill();
    });
    await this.until(() => leaving.every((node) => node.ended) || job.info.state !== 'running');
    timer.dispose();
    const gone = leaving.map(({ rank }) => rank);
    if (gone.length > 0 && job.info.state === 'running')
      this.record({ ...reason, from: before, joined: [], left: gone });
    return gone;
  }

  private isUp(node: NodeHandle): boolean {
    return node.ready && (node.released || !this.job.debugging.active);
  }

  /** All that run the program hear of those who join, and of the way to them. */
  private async tellOthers(joining: readonly NodeHandle[]): Promise<void> {
    const { nodes, context } = this.job;
    const { seats, number } = context;
    const others = nodes.filter((node) => node.started && node.live);
    const hosts = new Set(others.flatMap(({ rank }) => seats[rank]?.host ?? []));
    await Promise.all([...hosts].map((host) => this.introduce(joining, host)));
    const inboxes = planInboxes(nodes, seats);
    const told = others.map((node) => {
      const host = seats[node.rank]?.host;
      return node.tellJoins(
        joining.map(({ rank }) => ({
          rank,
          peer: host?.addressOf(number, rank) ?? '',
          inbox: inboxes[node.rank]?.[rank] ?? null,
        })),
      );
    });
    await Promise.all(told);
  }

  /** The nodes of a host can reach those who join on others. */
  private async introduce(joining: readonly NodeHandle[], host: NodeHost): Promise<void> {
    const { seats, number } = this.job.context;
    const foreign = joining.flatMap(({ rank }) => {
      const other = seats[rank]?.host;
      return other && other !== host ? [{ rank, host: other.id }] : [];
    });
    if (foreign.length > 0) await host.meet(number, foreign);
  }

  private living(): NodeHandle[] {
    return this.job.nodes.filter((node) => node.live && !node.leaving);
  }

  private record(change: Omit<ScaleRecord, 'to' | 'timeMs'>): void {
    const { job } = this;
    const timeMs = Math.round(job.runMs);
    const to = change.from + change.joined.length - change.left.length;
    const record: ScaleRecord = { ...change, timeMs, to };
    void job.context.publish({ type: 'jobScaled', job: job.info.id, ...record });
    void job.print(this.driverRank ?? 0, 'lockstep', `Scaled ${describeScaling(record)}.`);
  }

  /** Resolves once a condition holds, or the job does not run any more. */
  private until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition() && this.job.info.state === 'running') return;
        this.looks.delete(look);
        resolve();
      };
      this.looks.add(look);
      look();
    });
  }
}
