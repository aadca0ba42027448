/**
 * Which task runs where: tasks are bound to a node's queue by the policy as soon as they are ready, and sent from there
 * as the node can take them; until then they can be moved. Cost: what the policy looks at, and O(log n) for the queue.
 */
import type { JobFilter, JobPolicies } from './jobPolicies';
import { defaultNeeds } from './model';
import type { Choice, NodeView, Policy, PolicyContext } from './model';
import type { NodeRecord } from './nodeRecord';
import type { Placement, Placements } from './placements';
import type { TaskRecord } from './taskRecord';

/**
 * Tasks of about so much time are sent ahead of their turn, so that a node does not wait for the next one to come;
 * longer ones wait where they can still be moved.
 */
const aheadMs = 5;
const mostAhead = 1024;
/** A queue that would last so many times longer than the shortest, and so much at least, is too long. */
const imbalance = 1.5;
const imbalanceMs = 50;
/** So many tasks are moved at a time. */
const mostMoved = 1000;

/** Sends a task to a node. */
export type Send = (task: TaskRecord, node: NodeRecord, copy: boolean) => void;

export class Dispatcher {
  /** Nodes that take tasks, by rank. */
  private active: readonly NodeRecord[] = [];
  /** Ready, and no node could hold them. */
  private readonly homeless = new Set<TaskRecord>();
  /** Nodes that may be able to take something. */
  private readonly stirred = new Set<NodeRecord>();
  /** All of them could hold a task of one processor. */
  private holdAnything = false;
  private queued = 0;
  private turn = 0;

  constructor(
    private readonly policies: JobPolicies,
    private readonly placements: Placements,
    private readonly random: () => number,
    private readonly send: Send,
    /** How long a task is expected to take, by what is known by now. */
    private readonly expect: (task: TaskRecord) => number,
  ) {}

  /** The nodes that take tasks are these from now on. */
  setActive(nodes: readonly NodeRecord[], nowMs: number): void {
    const grown = nodes.some((node) => !this.active.includes(node));
    this.active = [...nodes].sort((a, b) => a.rank - b.rank);
    this.holdAnything = nodes.every((node) => node.obstacle(defaultNeeds) === undefined);
    for (const node of nodes) this.stirred.add(node);
    if (!grown) return;
    const waiting = [...this.homeless];
    this.homeless.clear();
    for (const task of waiting) this.place(task, nowMs, 'placed');
    this.placeAnew(nowMs, (job) => this.policies.of(job).rebalances);
  }

  /** Binds a ready task to a node's queue. */
  place(task: TaskRecord, nowMs: number, reason: Placement['reason'], from?: number): void {
    task.expectedMs = this.expect(task);
    const candidates = this.candidatesFor(task);
    if (candidates.length === 0) {
      task.state = 'ready';
      this.homeless.add(task);
      return;
    }
    const policy = this.policies.of(task.job);
    const choice = policy.choose(task, candidates, this.contextAt(nowMs));
    this.record(policy, task, candidates, choice, nowMs, reason, from);
    this.enqueue(task, choice.node as NodeRecord);
  }

  /** It is not to be run, or not now. */
  withdraw(task: TaskRecord): void {
    this.homeless.delete(task);
    const node = task.queuedAt;
    if (!node) return;
    node.queue.remove(task);
    node.outstandingMs -= task.expectedMs;
    this.queued -= 1;
    task.queuedAt = undefined;
  }

  /** Takes all that waits for a node. */
  evict(node: NodeRecord, nowMs: number): void {
    for (const task of this.drain(node)) this.place(task, nowMs, 'moved', node.rank);
  }

  /** A node may be able to take something. */
  stir(node: NodeRecord): void {
    this.stirred.add(node);
  }

  /** Whoever is held back by a quota may go on. */
  stirAll(): void {
    for (const node of this.active) if (node.queued > 0) this.stirred.add(node);
  }

  /** A queue may become too long as time goes by. */
  get watches(): boolean {
    return this.queued > 0 && this.policies.all.some(({ policy }) => policy.rebalances);
  }

  /** How many tasks are ready and not sent to a node. */
  get waiting(): number {
    return this.queued + this.homeless.size;
  }

  /** Sends what can be sent. */
  settle(nowMs: number): void {
    for (const node of this.stirred) {
      this.stirred.delete(node);
      if (node.gone) continue;
      this.fill(node);
      while (node.queued === 0 && this.queued > 0 && this.steal(node, nowMs)) this.fill(node);
    }
  }

  /** Shortens a queue that has become too long, of jobs whose policy does that. */
  rebalance(nowMs: number): void {
    if (!this.watches || this.active.length < 2) return;
    const lasts = (node: NodeRecord) => node.outstandingMs / node.cpus / node.speed;
    const longest = this.active.reduce((a, b) => (lasts(b) > lasts(a) ? b : a));
    const shortest = this.active.reduce((a, b) => (lasts(b) < lasts(a) ? b : a));
    if (lasts(longest) <= lasts(shortest) * imbalance + imbalanceMs) return;
    const moved: TaskRecord[] = [];
    const jobs: JobFilter = (job) => this.policies.of(job).rebalances;
    while (moved.length < mostMoved) {
      const task = longest.queue.next(jobs);
      if (!task) break;
      this.withdraw(task);
      moved.push(task);
    }
    for (const task of moved) this.place(task, nowMs, 'moved', longest.rank);
  }

  /** Runs a second attempt on a node that has nothing to do; false if there is none. */
  copy(task: TaskRecord, nowMs: number): boolean {
    if (this.queued > 0) return false;
    const idle = this.candidatesFor(task).filter((node) => node.running === 0);
    if (idle.length === 0) return false;
    const policy = this.policies.of(task.job);
    const choice = policy.choose(task, idle, this.contextAt(nowMs));
    this.record(policy, task, idle, choice, nowMs, 'copied');
    this.send(task, choice.node as NodeRecord, true);
    return true;
  }

  private candidatesFor(task: TaskRecord): readonly NodeRecord[] {
    if (this.holdAnything && task.needs === defaultNeeds && task.attempts.length === 0) return this.active;
    return this.active.filter(
      (node) => node.obstacle(task.needs) === undefined && !node.attempts.has(task.id),
    );
  }

  private contextAt(nowMs: number): PolicyContext {
    return { nowMs, random: this.random, turn: this.turn };
  }

  private record(
    { name: policy }: Policy,
    task: TaskRecord,
    candidates: readonly NodeView[],
    choice: Choice,
    atMs: number,
    reason: Placement['reason'],
    from?: number,
  ): void {
    this.turn += 1;
    const { rank } = choice.node;
    const { scores } = choice;
    this.placements.add({ task: task.id, atMs, policy, rank, reason, from, nodes: candidates, scores });
  }

  private enqueue(task: TaskRecord, node: NodeRecord): void {
    task.state = 'queued';
    task.queuedAt = node;
    node.queue.add(task);
    node.outstandingMs += task.expectedMs;
    this.queued += 1;
    this.stirred.add(node);
  }

  private fill(node: NodeRecord): void {
    for (let task = node.queue.next(); task && canTake(node, task); task = node.queue.next()) {
      this.withdraw(task);
      this.send(task, node, false);
    }
  }

  /** Takes a task that it can run at once, of a job whose policy lets nodes steal. */
  private steal(thief: NodeRecord, nowMs: number): boolean {
    if (thief.freeCpus === 0 || thief.cordoned) return false;
    return this.policies.all.some(({ policy, jobs }) => this.stealBy(policy, jobs, thief, nowMs));
  }

  private stealBy(policy: Policy, jobs: JobFilter | undefined, thief: NodeRecord, nowMs: number): boolean {
    if (!policy.victim) return false;
    const hasSome = (node: NodeRecord): boolean => !jobs || node.queue.next(jobs) !== undefined;
    const others = this.active.filter((node) => node !== thief && hasSome(node));
    const victim = policy.victim(thief, others, this.contextAt(nowMs)) as NodeRecord | undefined;
    const task = victim?.queue.next(jobs);
    if (!victim || !task || !thief.hasFree(task.needs) || !this.candidatesFor(task).includes(thief)) {
      return false;
    }
    this.withdraw(task);
    const choice = { node: thief, scores: [0, victim.queued] };
    this.record(policy, task, [thief, victim], choice, nowMs, 'stolen', victim.rank);
    this.enqueue(task, thief);
    return true;
  }

  /** Tasks of these jobs that wait for a node find theirs by the policy of now. */
  placeAnew(nowMs: number, jobs: JobFilter): void {
    const drained = this.active.map((node) => ({ from: node.rank, tasks: this.drain(node, jobs) }));
    const moved = drained.flatMap(({ from, tasks }) => tasks.map((task) => ({ task, from })));
    moved.sort((a, b) => a.task.id - b.task.id);
    for (const { task, from } of moved) this.place(task, nowMs, 'moved', from);
  }

  private drain(node: NodeRecord, jobs?: JobFilter): TaskRecord[] {
    const tasks = node.queue.drain(jobs);
    for (const task of tasks) {
      node.outstandingMs -= task.expectedMs;
      task.queuedAt = undefined;
    }
    this.queued -= tasks.length;
    return tasks;
  }
}

function canTake(node: NodeRecord, { needs, expectedMs }: TaskRecord): boolean {
  if (node.hasFree(needs)) return true;
  const onlyCpus = needs.memoryMiB === 0 && Object.keys(needs.custom).length === 0;
  return onlyCpus && node.running < mostAhead && node.aheadMs + expectedMs <= aheadMs;
}
