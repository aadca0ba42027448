import type { DebugProtocol } from '@vscode/debugprotocol';
import { abortCodeOf, LockstepError } from '../runtime/protocol/errors';
import type { JobInfo } from '../runtime/protocol/job';
import { BreakpointStore } from './breakpoints/breakpointStore';
import { ExceptionBreakpoints } from './breakpoints/exceptionFilters';
import { noFunctionBreakpoints } from './breakpoints/functionBreakpoints';
import type { RequestedBreakpoint, SourceBreakpoint } from './breakpoints/sourceBreakpoint';
import { accepting, answer, type ArgumentsOf } from './dap/arguments';
import { capabilities } from './dap/capabilities';
import { ClientView } from './dap/clientView';
import { DapConnection, type RequestHandler } from './dap/dapConnection';
import { rankOfThread, type StepKind, type StepScope, threadOfRank } from './dap/protocol';
import type { AdapterOptions, ClusterClient } from './options';
import { exceptionInfo } from './session/exceptions';
import { Inspection } from './session/inspection';
import { type JobOptions, JobSession } from './session/jobSession';
import { type OpenedJob, openRunningJob, startJob } from './session/openJob';
import { endingBodies, type LinkedPlace, outputBodies } from './session/output';
import { PendingStart } from './session/pendingStart';
import { breakpointLocations, loadedSources, sourceText } from './session/sourceRequests';
import { requireShown } from './session/stops';

const defaultOutputBytesPerSecond = 1_000_000;

/** The debug adapter, for the editor's extension host (it is a `vscode.DebugAdapter`) and for stdio (`start`). */
export class LockstepDebugAdapter extends DapConnection {
  private readonly view = new ClientView();
  private readonly breakpoints = new BreakpointStore();
  private readonly exceptions = new ExceptionBreakpoints();
  private session: JobSession | undefined;
  /** Until a session is there. */
  private starting: PendingStart | undefined;
  private inspection: Inspection | undefined;
  private client: ClusterClient | undefined;
  private launched: ArgumentsOf<'launch'> | undefined;
  private step: StepScope;
  private configured = false;

  protected readonly handlers: Record<string, RequestHandler> = {
    ...answer('initialize', 'initialize', (input) => this.initialize(input)),
    ...answer('launch', 'launch', (input) => this.launch(input)),
    ...answer('attach', 'attach', (input) => this.attach(input)),
    ...answer('configurationDone', 'nothing', () => this.configurationDone()),
    ...answer('restart', 'restart', (input) => this.restart(input)),
    ...answer('terminate', 'nothing', () => this.terminate()),
    ...answer('disconnect', 'disconnect', (input) => this.disconnect(input)),
    ...answer('setBreakpoints', 'setBreakpoints', (input) => this.setBreakpoints(input)),
    ...answer('setFunctionBreakpoints', 'setFunctionBreakpoints', (input) => noFunctionBreakpoints(input)),
    ...answer('setExceptionBreakpoints', 'setExceptionBreakpoints', (input) => this.setExceptions(input)),
    ...answer('breakpointLocations', 'breakpointLocations', (input) => this.locations(input)),
    ...answer('threads', 'nothing', () => ({ threads: this.session?.threads.list() ?? [] })),
    ...answer('pause', 'thread', (input) => this.job('pause').stops.pause(this.node('pause', input))),
    ...answer('continue', 'thread', (input) => this.move(input.threadId, 'continue')),
    ...answer('next', 'thread', (input) => void this.move(input.threadId, 'next')),
    ...answer('stepIn', 'thread', (input) => void this.move(input.threadId, 'stepIn')),
    ...answer('stepOut', 'thread', (input) => void this.move(input.threadId, 'stepOut')),
    ...answer('terminateThreads', 'threads', (input) => this.killNodes(input)),
    ...answer('stackTrace', 'stackTrace', (input) => this.look('stackTrace').stackTrace(input)),
    ...answer('scopes', 'frame', (input) => this.look('scopes').scopes(input)),
    ...answer('variables', 'variables', (input) => this.look('variables').variables(input)),
    ...answer('locations', 'location', (input) => this.look('locations').location(input)),
    ...answer('setVariable', 'setVariable', (input) => this.look('setVariable').setVariable(input)),
    ...answer('evaluate', 'evaluate', (input) => this.look('evaluate').evaluate(input)),
    ...answer('setExpression', 'setExpression', (input) => this.look('setExpression').setExpression(input)),
    ...answer('completions', 'completions', (input) => this.look('completions').completions(input)),
    ...answer('exceptionInfo', 'thread', (input) =>
      exceptionInfo(requireShown(this.node('exceptionInfo', input))),
    ),
    ...answer('source', 'source', (input) => sourceText(this.job('source'), input)),
    ...answer('loadedSources', 'nothing', () => loadedSources(this.job('loadedSources'), this.view)),
    ...answer('lockstep/step', 'step', (input) => this.stepAs(input)),
    ...answer('lockstep/pauseAll', 'nothing', () => this.pauseAll()),
    ...answer('lockstep/continueAll', 'nothing', () => this.continueAll()),
    ...answer('lockstep/focusThread', 'thread', (input) => this.focusThread(input)),
    ...answer('lockstep/setStep', 'setStep', ({ step }) => void (this.step = step)),
  };

  protected readonly clientShowsErrors: boolean;

  constructor(private readonly options: AdapterOptions) {
    super();
    this.step = options.defaultStep;
    this.clientShowsErrors = options.clientShowsErrors ?? true;
  }

  /** Ends the session, as when the editor closes; a launched job ends with it. */
  override dispose(): void {
    void this.disconnect({}).catch(() => undefined);
  }

  // The life of a session.

  private initialize(input: ArgumentsOf<'initialize'>): DebugProtocol.Capabilities {
    this.view.learn(input);
    return capabilities;
  }

  private async launch(input: ArgumentsOf<'launch'>): Promise<void> {
    const starting = (this.starting = new PendingStart());
    this.step = input.step ?? this.options.defaultStep;
    const client = await this.options.openClient({ program: input.program });
    this.client = client;
    this.launched = input;
    try {
      const opened = await startJob(client, input, this.outputBytesPerSecond, starting.signal);
      await this.open(opened, launchOptions(input), starting);
    } catch (error) {
      await this.release();
      throw error;
    }
    this.emitEvent('initialized');
  }

  private async attach(input: ArgumentsOf<'attach'>): Promise<void> {
    const starting = (this.starting = new PendingStart());
    this.step = input.step ?? this.options.defaultStep;
    const opened = await openRunningJob(input, this.outputBytesPerSecond, (client) =>
      this.options.releaseClient(client),
    );
    this.client = opened.client;
    try {
      await this.open(opened, { debug: true, held: false }, starting);
    } catch (error) {
      await this.release(opened.job.id);
      throw error;
    }
    this.emitEvent('initialized');
  }

  private configurationDone(): void {
    this.configured = true;
    this.session?.configurationDone();
  }

  /** Ends the job and starts it anew in the same session; breakpoints stay. */
  private async restart(input: ArgumentsOf<'restart'>): Promise<void> {
    const { client, launched } = this;
    if (!client || !launched) throw new LockstepError('notLaunched', { command: 'restart' });
    const before = this.session;
    this.session = undefined;
    const starting = (this.starting = new PendingStart());
    before?.dispose();
    if (before) await client.request('stopJob', { job: before.job.id }).catch(() => undefined);
    // The editor may have changed the configuration; what is not a launch configuration leaves it as it was.
    accepting('restart', 'launch', (changed) => (this.launched = changed))(input.arguments ?? launched);
    const configuration = this.launched ?? launched;
    const opened = await startJob(client, configuration, this.outputBytesPerSecond, starting.signal);
    await this.open(opened, launchOptions(configuration), starting);
  }

  private async open(opened: OpenedJob, options: JobOptions, starting: PendingStart): Promise<void> {
    const { client, job, bundle, before } = opened;
    const session: JobSession = new JobSession(
      client,
      job,
      bundle,
      this.breakpoints,
      this.exceptions,
      options,
      {
        stopped: (body) => this.emitEvent('stopped', body),
        thread: (reason, threadId) => this.emitEvent('thread', { reason, threadId }),
        breakpointChanged: (breakpoint) => this.breakpointChanged(breakpoint),
        output: (event) => {
          const bodies = outputBodies(event, session.size, this.breakpoints.all());
          for (const body of bodies) this.output(body);
        },
        ended: (result) => this.ended(result),
        continued: (rank) => this.announceContinued([rank]),
        said: (text, place) => this.output({ category: 'console', output: `${text}\n`, place }),
      },
    );
    this.session = session;
    if (starting.pauseWanted) session.stops.pauseAll();
    this.inspection = new Inspection(session, this.view);
    this.emitEvent('lockstep/jobStarted', { job });
    for (const breakpoint of this.breakpoints.all()) this.breakpointChanged(breakpoint);
    await session.start(before);
    if (starting.endWanted) void this.terminate();
    this.starting = undefined;
    if (this.configured) session.configurationDone();
  }

  private async terminate(): Promise<void> {
    const { session, starting } = this;
    if (starting) starting.endWanted = true;
    starting?.giveUp();
    // A job that ends by itself meanwhile needs no end, and its connection may be gone before the answer.
    await session?.client.request('stopJob', { job: session.job.id }).catch(() => undefined);
  }

  private async disconnect({ terminateDebuggee }: ArgumentsOf<'disconnect'>): Promise<void> {
    const { session, client } = this;
    this.starting?.giveUp();
    this.session = undefined;
    session?.dispose();
    const ends = terminateDebuggee ?? this.launched !== undefined;
    if (session && client) {
      const request = ends ? 'stopJob' : 'detachDebugger';
      // A job that has ended by itself needs neither.
      await client.request(request, { job: session.job.id }).catch(() => undefined);
    }
    await this.release(ends ? undefined : session?.job.id);
    // After the answer has gone out.
    setImmediate(() => this.emit('disconnected'));
  }

  private async release(leftJob?: string): Promise<void> {
    const { client } = this;
    this.session = undefined;
    this.client = undefined;
    this.starting = undefined;
    if (client) await this.options.releaseClient(client, leftJob);
  }

  private ended(result: JobInfo | LockstepError): void {
    this.session = undefined;
    if (result instanceof LockstepError) {
      this.output({ category: 'stderr', output: `${result.message}\n` });
    } else {
      for (const body of endingBodies(result)) this.output(body);
    }
    const succeeded = !(result instanceof LockstepError) && result.state === 'succeeded';
    const failure = result instanceof LockstepError ? result : result.failure?.error;
    this.emitEvent('exited', { exitCode: succeeded ? 0 : ((failure && abortCodeOf(failure)) ?? 1) });
    this.emitEvent('terminated');
  }

  // Breakpoints.

  private async setBreakpoints(
    input: ArgumentsOf<'setBreakpoints'>,
  ): Promise<DebugProtocol.SetBreakpointsResponse['body']> {
    const path = this.view.pathIn(input.source.path ?? '');
    const requested = input.breakpoints.map(
      ({ line, column, condition, hitCondition, logMessage, mode }): RequestedBreakpoint => ({
        line: this.view.lineIn(line),
        column: column === undefined ? undefined : this.view.columnIn(column),
        condition,
        hitCondition,
        logMessage,
        mode,
      }),
    );
    const { all, added, removed } = this.breakpoints.replace(path, requested);
    await this.session?.changeBreakpoints(added, removed);
    return { breakpoints: all.map((breakpoint) => this.describe(breakpoint)) };
  }

  private setExceptions(
    input: ArgumentsOf<'setExceptionBreakpoints'>,
  ): DebugProtocol.SetExceptionBreakpointsResponse['body'] {
    const breakpoints = this.exceptions.set(input.filters, input.filterOptions);
    this.session?.changeExceptions();
    return { breakpoints };
  }

  private locations(input: ArgumentsOf<'breakpointLocations'>): unknown {
    if (!this.session) return { breakpoints: [] };
    return breakpointLocations(this.session, this.view, input);
  }

  private breakpointChanged(breakpoint: SourceBreakpoint): void {
    this.emitEvent('breakpoint', { reason: 'changed', breakpoint: this.describe(breakpoint) });
  }

  private describe(breakpoint: SourceBreakpoint): DebugProtocol.Breakpoint {
    const source = this.view.sourceOut({ path: breakpoint.path });
    return breakpoint.toDap(source, this.view.lineOut(0), this.view.columnOut(0));
  }

  // Moving nodes. Answers go out before the stops that follow: nothing here waits for a node.

  private move(threadId: number, kind: StepKind, scope = this.step): { allThreadsContinued: boolean } {
    const { stops } = this.job(kind);
    const node = this.node(kind, { threadId });
    const moved = stops.move(node, kind, scope);
    const allThreadsContinued = kind === 'continue' && scope === 'together';
    if (!allThreadsContinued)
      this.announceContinued(moved.filter((each) => each !== node).map(({ rank }) => rank));
    return { allThreadsContinued };
  }

  private stepAs({ threadId, kind, scope }: ArgumentsOf<'step'>): { allThreadsContinued: boolean } {
    const result = this.move(threadId, kind, scope);
    // The editor does not know this request: it has to be told that the node runs.
    this.emitEvent('continued', { threadId, allThreadsContinued: result.allThreadsContinued });
    return result;
  }

  private pauseAll(): void {
    if (this.starting && !this.session) this.starting.pauseWanted = true;
    else this.job('lockstep/pauseAll').stops.pauseAll();
  }

  private continueAll(): void {
    if (this.starting && !this.session) return void (this.starting.pauseWanted = false);
    const moved = this.job('lockstep/continueAll').stops.continueAll();
    this.announceContinued(moved.map(({ rank }) => rank));
  }

  private focusThread(input: ArgumentsOf<'thread'>): { stopped: boolean } {
    const { stops } = this.job('lockstep/focusThread');
    return { stopped: stops.focus(this.node('lockstep/focusThread', input)) };
  }

  private announceContinued(ranks: readonly number[]): void {
    for (const rank of ranks) {
      this.emitEvent('continued', { threadId: threadOfRank(rank), allThreadsContinued: false });
    }
  }

  private async killNodes({ threadIds }: ArgumentsOf<'threads'>): Promise<void> {
    const { client, job } = this.job('terminateThreads');
    const ranks = threadIds.map(rankOfThread);
    await Promise.all(ranks.map((rank) => client.request('killNode', { job: job.id, rank })));
  }

  private job(command: string): JobSession {
    if (!this.session) throw new LockstepError('notLaunched', { command });
    return this.session;
  }

  private look(command: string): Inspection {
    this.job(command);
    return this.inspection as Inspection;
  }

  private node(command: string, { threadId }: ArgumentsOf<'thread'>) {
    return this.job(command).nodeOf(threadId);
  }

  private output({ place, ...body }: DebugProtocol.OutputEvent['body'] & { place?: LinkedPlace }): void {
    const link = place && {
      source: this.view.sourceOut({ path: place.path }),
      line: this.view.lineOut(place.line),
      column: place.column === undefined ? undefined : this.view.columnOut(place.column),
    };
    this.emitEvent('output', { ...body, ...link });
  }

  private get outputBytesPerSecond(): number {
    return this.options.outputBytesPerSecond ?? defaultOutputBytesPerSecond;
  }
}

function launchOptions({ noDebug }: ArgumentsOf<'launch'>): JobOptions {
  return { debug: !noDebug, held: !noDebug };
}
