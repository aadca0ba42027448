/** Runs a student's program on the main thread and reports how it ended. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { format, inspect, types } from 'node:util';
import { encodeText, type FrameType, frameTypes } from '../core/framing';
import type { Channel } from '../node/channel';
import type { AskedTasks } from '../node/taskQuestions';
import { mainStates } from '../node/statusBlock';
import type {
  NodesAnswer,
  ProgramFailure,
  ProgramStart,
  ScaleAnswer,
  ScaleWish,
} from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { Leftovers } from '../protocol/messages';
import type { OutputStream } from '../protocol/events';
import type { Communicator } from '../mpi';
import * as api from '../index';
import { apiSymbol } from './apiSymbol';
import { NodeWishes } from './nodeWishes';
import { encodeOutput } from './outputFrame';
import { redirectOutput } from './programOutput';
import { isService } from './service';
import { ServiceHost } from './serviceHost';
import { callerLocation, programFrames } from './sourceStack';
import { isProgram } from './spmd';
import { type DriverContext, type DriverProgram, isDriver } from '../tasks/driver';
import type { TaskHost, TaskProgram } from '../tasks/taskProgram';

/** Notices when a program that awaits can never go on. */
interface AwaitsWatch {
  /** The program is about to await something, or may have begun to. */
  begin(): void;
  /** Looks until the program is over; `isIdle` of a driver: whether no task is left that could bring it anything. */
  watch(isOver: () => boolean, isIdle?: () => boolean): Promise<void>;
}

export class ProgramHost {
  private finished = false;
  private readonly service = new ServiceHost();
  private tasks: TaskProgram | undefined;
  private readonly nodes = new NodeWishes((wish) =>
    this.channel.write([encodeText(frameTypes.nodes, JSON.stringify(wish))], undefined),
  );
  private entry: ((run: unknown) => void) | undefined;

  constructor(
    private readonly channel: Channel,
    private readonly world: Communicator,
    /** Ends the program's communication; answers what it left behind. */
    private readonly endMessages: () => Leftovers,
    /** Called when the program has ended: no message is taken any more. */
    private readonly onFinished: () => void,
    /** Makes this node's part of a program of tasks. */
    private readonly makeTasks: (program: DriverProgram, host: TaskHost) => TaskProgram,
    private readonly awaits: AwaitsWatch,
  ) {
    Object.defineProperty(globalThis, Symbol.for(apiSymbol), { value: api, enumerable: false });
    redirectOutput((stream, text) => this.write(stream, text));
    process.setSourceMapsEnabled(true);
    process.on('uncaughtException', (error) => this.fail(error));
    process.on('unhandledRejection', (error) => this.fail(error));
    process.on('exit', (code) => this.leave(code));
  }

  /** Prints one line. */
  print(stream: OutputStream, line: string): void {
    this.write(stream, `${line}\n`);
  }

  /** `hold` is called with the program's function right before it; it returns when the node may go on. */
  beforeEntry(hold: (run: unknown) => void): void {
    this.entry = hold;
  }

  /**
   * Loads the bundle and runs its default export. Nothing is caught here: an error has to be uncaught in the eyes
   * of a debugger too.
   */
  run(start: ProgramStart): void {
    process.argv = [process.execPath, start.program, ...start.args];
    const exports = createRequire(start.bundle)(start.bundle) as { default?: unknown };
    const program = exports.default ?? exports;
    const file = start.program;
    const log = (...values: unknown[]) => this.print('log', format(...values));
    if (isService(program)) {
      this.entry?.(program.run);
      const { rank, size } = this.world;
      const replica = start.replica ?? { rank, size, version: 'none' };
      void this.service.started(program.run({ ...replica, log, args: start.args }), file);
      return;
    }
    if (isDriver(program)) return this.runTasks(program, { log, args: start.args }, journalOf(start));
    if (start.journal) throw new LockstepError('journalWithoutTasks', { file });
    if (!isProgram(program)) throw new LockstepError('noDefaultExport', { file });
    if (start.replica) throw new LockstepError('notAService', { file });
    const { run } = program;
    this.entry?.(run);
    if (types.isAsyncFunction(run)) this.awaits.begin();
    const result = run({ world: this.world, log, args: start.args });
    if (!(result instanceof Promise)) return this.finish();
    void result.then(() => this.finish());
    this.awaits.begin();
    void this.awaits.watch(() => this.finished);
  }

  /** The death of a node that only runs tasks is survived: from here on nothing that it does ends the job. */
  private runTasks(
    program: DriverProgram,
    context: Omit<DriverContext, 'scheduler' | 'cluster'>,
    journal: TaskHost['journal'],
  ): void {
    const { status } = this.channel;
    const tasks = this.makeTasks(program, {
      nowMs: () => status.clockMs(),
      doing: (id, name) => status.doing(id, name),
      tell: (line) => this.print('lockstep', line),
      showTasks: (board) => this.tell(frameTypes.tasks, board),
      nodes: this.nodes,
      journal,
      endNode: (rank) => this.channel.write([encodeText(frameTypes.endNode, String(rank))], undefined),
    });
    this.tasks = tasks;
    this.channel.write([encodeText(frameTypes.outlives, '')], undefined);
    if (!tasks.isDispensable) {
      this.entry?.(program.run);
      this.awaits.begin();
      void this.awaits.watch(
        () => this.finished,
        () => tasks.isIdle,
      );
    }
    void tasks.run(context).then(() => this.finish());
  }

  /** What became of the driver's wish for nodes. */
  nodesAnswer(answer: NodesAnswer): void {
    this.nodes.answered(answer);
  }

  /** Has the driver bring the job to another number of nodes, and tells the agent what became of it. */
  scale({ id, nodes }: ScaleWish & { id: number }): void {
    const answer = (told: ScaleAnswer): void =>
      this.channel.write([encodeText(frameTypes.scaled, JSON.stringify({ id, ...told }))], undefined);
    this.tasks?.scale(nodes).then(
      (size) => answer({ size }),
      (error: unknown) => answer({ error: LockstepError.from(error).toWire() }),
    );
  }

  /** This node's part of a program of tasks is over. */
  retire(): void {
    this.tasks?.retire();
  }

  /** Tells the agent how the service is. */
  async reportHealth(): Promise<void> {
    this.tell(frameTypes.health, await this.service.health());
  }

  /** Answers a question about the tasks of the program. */
  answerTasks({ id, question }: AskedTasks): void {
    try {
      if (!this.tasks) throw new LockstepError('noTasks', { what: 'The job' });
      this.tell(frameTypes.tasksAnswer, { id, begun: true });
      this.tell(frameTypes.tasksAnswer, { id, answer: this.tasks.answer(question) });
    } catch (thrown) {
      this.tell(frameTypes.tasksAnswer, { id, error: LockstepError.from(thrown).toWire() });
    }
  }

  /** Ends a service as it wishes to end; the program has ended then. */
  async stopService(): Promise<void> {
    await this.service.stop();
    this.finish();
  }

  /** Reports an error that ends the job, and waits for the end. */
  abort(error: LockstepError): never {
    this.fail(error);
    const { bell } = this.channel.status;
    for (;;) bell.sleep(bell.arm(), 1000);
  }

  private tell(type: FrameType, body: object): void {
    this.channel.write([encodeText(type, JSON.stringify(body))], undefined);
  }

  private write(stream: OutputStream, text: string): void {
    this.channel.write([encodeOutput(stream, text)], undefined);
  }

  private finish(failure?: ProgramFailure): void {
    if (this.finished) return;
    const leftovers = failure ? undefined : this.endMessages();
    this.finished = true;
    this.channel.status.set('state', mainStates.done);
    this.onFinished();
    this.channel.write([encodeText(frameTypes.finished, JSON.stringify({ failure, leftovers }))], undefined);
  }

  private fail(thrown: unknown): void {
    if (this.tasks?.uncaught(thrown)) return;
    const error = thrown instanceof Error ? thrown : new Error(`threw ${inspect(thrown)}`);
    const known = thrown instanceof LockstepError ? thrown : undefined;
    const message = thrown instanceof Error ? `${error.name}: ${error.message}` : `threw ${inspect(thrown)}`;
    const frames = programFrames(error.stack ?? '');
    const [at] = frames;
    this.finish({
      error: (known ?? new LockstepError('programFailed', { message })).toWire(),
      at: at && { file: at.file, line: at.line, column: at.column },
      stack: frames.map((frame) => frame.text).join('\n'),
    });
  }

  /** A task has ended its node: says so, and lets that out. */
  private leaveOthers(code: number): void {
    this.print('lockstep', `A task has ended its process with exit code ${code}.`);
    const { status } = this.channel;
    const deadline = Date.now() + 500;
    while (status.get('agentSleeps') === 0 && Date.now() < deadline) status.bell.sleep(status.bell.arm(), 10);
    status.bell.sleep(status.bell.arm(), 50); // what the agent has taken is on its way
  }

  /** `process.exit` was called: says so if it was the program, and lets the last output out. */
  private leave(code: number): void {
    if (this.finished) return;
    if (this.tasks?.isDispensable) return this.leaveOthers(code);
    this.finish({ error: new LockstepError('programExited', { code }).toWire(), at: callerLocation() });
    const { status } = this.channel;
    const deadline = Date.now() + 1000;
    while (status.get('flushed') === 0 && Date.now() < deadline) status.bell.sleep(status.bell.arm(), 20);
  }
}

/** A program is of another version as soon as its code is another one. */
function journalOf({ journal, bundle }: ProgramStart): TaskHost['journal'] {
  if (!journal) return undefined;
  return { wish: journal, version: createHash('sha256').update(readFileSync(bundle)).digest('hex') };
}
