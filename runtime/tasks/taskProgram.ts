/**
 * A program of tasks on one node: on node 0 the driver and the scheduler, on every other node what runs the tasks. Start
 * here; taskDriver.ts and executor.ts are the two sides, messages.ts is what they say to each other.
 */
import { hostname, totalmem } from 'node:os';
import type { ProgressEngine } from '../mpi/progressEngine';
import { seededRandom } from '../core/seededRandom';
import { LockstepError } from '../protocol/errors';
import type { PlacedJournal } from '../protocol/agentLink';
import type { TaskBoard, TaskQuestion } from '../protocol/tasks';
import type { DriverContext, DriverProgram } from './driver';
import { Autoscaling } from './autoscaling';
import { autoscaleSettings } from './autoscaleOptions';
import { Cluster } from './cluster';
import { Executor } from './executor';
import { TaskJournal } from './journal/taskJournal';
import { NodeCount, type NodeSource } from './nodeCount';
import { type Hello, notices, type ResultAnswer } from './messages';
import { policyOf } from './ownPolicy';
import { Scheduler } from './scheduler';
import { answerTasks } from './taskAnswers';
import { TaskDriver } from './taskDriver';
import { TaskPort } from './taskPort';

/** The driver's node. */
const driverRank = 0;
/** After so long the event loop has its turn, however much arrives. */
const turnMs = 5;

/** What a program of tasks needs of its node. */
export interface TaskHost {
  /** Milliseconds of the cluster's clock, which stands while a node stands at a breakpoint. */
  nowMs(): number;
  /** Says what the node is doing; 0 is nothing. */
  doing(id: number, name: string): void;
  /** Says a line to the user. */
  tell(line: string): void;
  /** Tells whoever looks on how the tasks stand. */
  showTasks(board: TaskBoard): void;
  /** Ends another node. */
  endNode(rank: number): void;
  /** Starts nodes that join, and lets others go. */
  nodes: NodeSource;
  /** Where it is to be kept what becomes of tasks, and the version of the program. */
  journal?: { wish: PlacedJournal; version: string };
}

export class TaskProgram {
  private readonly port: TaskPort;
  private executor: Executor | undefined;
  private driver: TaskDriver | undefined;
  private count: NodeCount | undefined;
  private journal: TaskJournal | undefined;
  /** The driver's own code runs. */
  private drives = false;
  private ended = false;

  constructor(
    engine: ProgressEngine,
    private readonly program: DriverProgram,
    private readonly host: TaskHost,
  ) {
    this.port = new TaskPort(engine);
  }

  /** This node only runs tasks: the others can do without it. */
  get isDispensable(): boolean {
    return this.port.rank !== driverRank;
  }

  /** True while the driver runs and no task is left whose end could bring it anything. */
  get isIdle(): boolean {
    return this.drives && this.driver?.board.isIdle === true;
  }

  /** Runs this node's part to its end. */
  async run(context: Omit<DriverContext, 'scheduler' | 'cluster'>): Promise<void> {
    if (this.isDispensable) return this.runTasks();
    await this.drive(context);
  }

  /** An error that nobody has caught; true if a task has failed by it, else it ends the program. */
  uncaught(error: unknown): boolean {
    if (this.executor?.uncaught(error)) return true;
    this.driver?.board.tell();
    this.journal?.leave();
    return false;
  }

  /** Answers a question about the tasks. Throws LockstepError `noTasks`, `unknownTaskId`. */
  answer(question: TaskQuestion): ReturnType<typeof answerTasks> {
    if (!this.driver) throw new LockstepError('noTasks', { what: `node ${this.port.rank}` });
    return answerTasks(this.driver, question);
  }

  /** Brings the job to so many nodes, as somebody else wants; resolves with how many it has then. */
  scale(nodes: number): Promise<number> {
    const reason = { by: 'client' as const, why: `${nodes} nodes were asked for` };
    return this.count?.set(nodes, reason) ?? Promise.reject(new LockstepError('notDriving', {}));
  }

  /** The driver does not need this node any more. */
  retire(): void {
    if (this.isDispensable) this.executor?.stop();
  }

  private async runTasks(): Promise<void> {
    const { port } = this;
    const executor = this.makeExecutor();
    this.executor = executor;
    port.on(notices.wantResult, (id, from) => executor.handOut(id as number, from));
    port.on(notices.result, (answer, from) => executor.answered(answer as ResultAnswer, from));
    port.send(driverRank, notices.hello, this.hello());
    await executor.serve();
  }

  private async drive(context: Omit<DriverContext, 'scheduler' | 'cluster'>): Promise<void> {
    const { port, host, program } = this;
    const isAlone = port.size === 1;
    const { wish, version = '' } = host.journal ?? {};
    const journal = wish && (await TaskJournal.open(wish, version, (line) => host.tell(line)));
    this.journal = journal;
    const executor = isAlone ? this.makeExecutor(() => this.runBetween()) : undefined;
    this.executor = executor;
    const fail = (error: unknown): void =>
      queueMicrotask(() => {
        throw error;
      });
    const driver = new TaskDriver({
      port,
      journal,
      policy: policyOf(program.options.policy ?? 'work-stealing', fail),
      nowMs: () => host.nowMs(),
      random: seededRandom(1),
      handOut: (id, to) => executor?.handOut(id, to),
      answered: (answer, from) => executor?.answered(answer, from),
      tell: (board) => host.showTasks(board),
      onLost: (rank) => this.count?.lost(rank),
      endNode: (rank, why) => {
        if (rank === driverRank) return;
        host.tell(`Node ${rank} is ended: ${why}.`);
        host.endNode(rank);
      },
    });
    this.driver = driver;
    void this.pump();
    if (isAlone) port.send(driverRank, notices.hello, this.hello());
    const first = isAlone ? [0] : Array.from({ length: port.size - 1 }, (_, index) => index + 1);
    await driver.presence.all(first.filter((rank) => !port.hasFailed(rank)));
    const { cluster, close } = this.makeCluster(driver, isAlone);
    const { run } = program;
    this.drives = true;
    await run({ ...context, scheduler: new Scheduler(driver, fail), cluster });
    this.ended = true;
    close();
    driver.close();
    for (const { rank } of driver.core.allNodes) if (rank !== driverRank) port.send(rank, notices.stop, null);
    for (const line of driver.unseen.lines) host.tell(line);
    journal?.remove();
  }

  /** What keeps the number of nodes at what is wanted, for as long as the driver runs. */
  private makeCluster(driver: TaskDriver, isAlone: boolean): { cluster: Cluster; close: () => void } {
    const { host, program } = this;
    const { autoscale, replaceLost = 0 } = program.options;
    const settings = autoscale && autoscaleSettings(autoscale);
    const tell = (line: string): void => host.tell(line);
    const count = new NodeCount(driver, {
      nodes: host.nodes,
      isAlone,
      replaceLost,
      autoscales: settings !== undefined,
      tell,
      onChanged: (size) => autoscaling?.changed(size),
    });
    this.count = count;
    const cluster = new Cluster(count, (what) => driver.awaiting(what));
    const nowMs = (): number => host.nowMs();
    const autoscaling = settings && new Autoscaling(settings, driver.core, count, cluster, nowMs, tell);
    const close = (): void => {
      autoscaling?.close();
      count.close();
    };
    return { cluster, close };
  }

  private makeExecutor(onWork?: () => void): Executor {
    const { cpus } = this.hello().resources;
    const { host } = this;
    return new Executor(this.port, {
      driverRank,
      cpus,
      doing: (id, name) => host.doing(id, name),
      onWork,
    });
  }

  /** Takes in what arrives, for as long as the driver runs. */
  private async pump(): Promise<void> {
    let turnAtMs = performance.now();
    while (!this.ended) {
      await this.port.arrival();
      this.port.progress();
      if (performance.now() - turnAtMs < turnMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnAtMs = performance.now();
    }
  }

  private isDue = false;

  /** Runs tasks on the driver's own node, in turns with the driver. */
  private runBetween(): void {
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      if (this.executor?.runFor(turnMs)) this.runBetween();
    });
  }

  private hello(): Hello {
    const host = hostname();
    const offered = this.program.options.resources?.({ rank: this.port.rank, host }) ?? {};
    const { cpus = 1, labels = [], custom = {}, weight = 1 } = offered;
    const nodes = Math.max(1, this.port.size - 1);
    const { memoryMiB = Math.floor(totalmem() / 2 ** 20 / nodes) } = offered;
    return { resources: { host, cpus, memoryMiB, labels, custom, weight } };
  }
}
