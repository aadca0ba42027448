/** One node as the coordinator knows it: its process, its link, its state. */
import type { LaunchedNode } from '../launch/local';
import type {
  AgentRequests,
  AgentToCoordinator,
  CoordinatorToAgent,
  JoiningNode,
  NodeMemory,
  NodeStatus,
  Quiescence,
  ScaleAnswer,
  ScaleWish,
  TrafficRow,
} from '../protocol/agentLink';
import type { LockstepError } from '../protocol/errors';
import type { MessageFaults } from '../protocol/faults';
import type { NodeInfo, NodeMetrics, NodeState, SourceLocation } from '../protocol/node';
import type { Whereabouts } from '../protocol/rollCall';
import type { Health } from '../protocol/service';
import type { TaskQuestion } from '../protocol/tasks';
import type { AgentLink } from './agentLink';

export class NodeHandle {
  process: LaunchedNode | undefined;
  private link: AgentLink | undefined;
  /** Its agent is up and reachable for the other nodes. */
  ready = false;
  /** Its shared memory, once it is ready. */
  memory: NodeMemory = { reason: 'it has not started' };
  /** Set once the program has ended on this node. */
  finished: AgentRequests['finished'] | undefined;
  /** The process is gone. */
  ended = false;
  /** It has died, and its job goes on without it. */
  lost = false;
  /** Its end was brought about from outside: it was silent for too long, or killed on request. */
  taken = false;
  /** It was told to load the program. */
  started = false;
  /** A debugger has prepared it, where it joins a job that has one. */
  released = false;
  /** The debugger wants it to stop on the first line of the program. */
  stopsOnEntry = false;
  /** It used more memory than it may, and ends itself. */
  excess: LockstepError | undefined;
  /** It leaves the job, which goes on without it. */
  leaving = false;
  metrics: NodeMetrics | undefined;
  traffic: TrafficRow[] = [];
  info: NodeInfo;

  constructor(
    job: string,
    readonly rank: number,
    host: string,
    private readonly onChanged: (info: NodeInfo) => void,
  ) {
    this.info = { job, rank, state: 'starting', host, pid: 0, epoch: 0 };
  }

  connect(link: AgentLink): void {
    this.link = link;
  }

  get connected(): boolean {
    return this.link !== undefined;
  }

  notify<T extends keyof CoordinatorToAgent>(type: T, body: CoordinatorToAgent[T]): void {
    this.link?.notify(type, body);
  }

  quiescence(): Promise<Quiescence> {
    return this.link?.quiescence() ?? Promise.reject(new Error(`node ${this.rank} is not connected`));
  }

  /** The line of the `await` in which it can never go on, where that can be found. */
  async strandedAt(): Promise<SourceLocation | undefined> {
    return (await this.link?.strandedAt())?.at;
  }

  /** What its machine's clock says, if it is connected. */
  clock(): Promise<{ monotonicMs: number }> | undefined {
    return this.link?.clock();
  }

  /** How the service is that it runs. */
  health(): Promise<Health> {
    return this.link?.health() ?? Promise.resolve({ healthy: false, reason: 'it is still starting' });
  }

  /** Where it is; what was last known of it if it cannot be asked. */
  async whereabouts(): Promise<Whereabouts> {
    const { state, wait } = this.info;
    if (!this.link || !this.live || state === 'starting') return { state, wait };
    return this.link.whereabouts().catch(() => ({ state, wait }));
  }

  /** Asks the driver that runs there. */
  async askTasks(question: TaskQuestion): Promise<unknown> {
    return this.link?.askTasks(question);
  }

  /** Tells it who joins; resolves when it knows, or cannot be told any more. */
  async tellJoins(joining: readonly JoiningNode[]): Promise<void> {
    if (this.live) await this.link?.joins(joining).catch(() => undefined);
  }

  /** Has its driver bring the job to another number of nodes. */
  scale(wish: ScaleWish): Promise<ScaleAnswer> {
    return this.link?.scale(wish) ?? Promise.reject(new Error(`node ${this.rank} is not connected`));
  }

  /** Tells it which faults of messages last; resolves when it knows, or cannot be told. */
  async tellFaults(faults: MessageFaults): Promise<void> {
    if (this.live) await this.link?.faults(faults).catch(() => undefined);
  }

  /** What its agent says it is doing. A node that is dead stays dead. */
  report({ state, wait, task }: NodeStatus): void {
    if (this.info.state === 'dead') return;
    this.change({ state, wait, task });
  }

  suspect(): void {
    if (this.info.state !== 'dead' && this.info.state !== 'suspect') this.change({ state: 'suspect' });
  }

  /** Its last wait stays known: whoever looks later still sees who waited for whom. */
  die(reason: string): void {
    if (this.info.state !== 'dead') this.change({ state: 'dead', reason });
  }

  /** What it died of is known only now. */
  explain(reason: string): void {
    if (this.info.state === 'dead') this.change({ reason });
  }

  /** Its end is brought about from outside. */
  take(reason: string): void {
    this.taken = true;
    this.die(reason);
  }

  /** Its agent is up. */
  becomeReady({ pid, memory, limit }: AgentToCoordinator['ready']): void {
    this.identify(pid);
    this.change({ memoryLimit: limit });
    this.memory = memory;
    this.ready = true;
  }

  /** `pid` is 0 as long as nobody knows it. */
  identify(pid: number): void {
    if (pid !== 0) this.change({ pid });
  }

  get live(): boolean {
    const gone: NodeState[] = ['dead', 'done'];
    return !this.ended && !gone.includes(this.info.state);
  }

  private change(part: Partial<NodeInfo>): void {
    const next = { ...this.info, ...part };
    if (JSON.stringify(next) === JSON.stringify(this.info)) return;
    this.info = next;
    this.onChanged(next);
  }
}
