import type { SourceBreakpoint } from '../breakpoints/sourceBreakpoint';
import { CdpConnection } from '../cdp/cdpConnection';
import type { CdpCommands, Debugger, ExceptionState, Paused } from '../cdp/protocol';
import type { StepKind } from '../dap/protocol';
import type { CdpMessage, CdpRequest, CommunicationEvent } from '../../runtime/protocol/debug';
import type { JobFailure } from '../../runtime/protocol/job';
import type { NodeInfo } from '../../runtime/protocol/node';
import { escapePattern, pathOfUrl, urlOfPath } from '../sources/paths';
import type { Script } from '../sources/script';
import type { SourceCatalog } from '../sources/sourceCatalog';
import { filterStops, useStop } from './communicationStops';
import { NodeBreakpoints } from './nodeBreakpoints';
import { Pause } from './pause';

/** Why a pause was asked for. */
export type PauseCause = 'user' | { breakpointOf: number } | { deadlock: JobFailure };

const stepCommands = {
  next: 'Debugger.stepOver',
  stepIn: 'Debugger.stepInto',
  stepOut: 'Debugger.stepOut',
} as const;

/** A main thread that runs JavaScript or waits in a call stops sooner than this; an idle one needs something to run. */
const idleMs = 20;
/** A line with more imported names than this is stepped into more than once. */
const mostReturns = 8;
/** Runs in an idle main thread, so that it has something to pause in. */
const wakeUp = { expression: '0;\n//# sourceURL=lockstep:idle', silent: true };

interface NodeListener {
  paused(node: DebuggedNode, raw: Paused): void;
  breakpointMoved(breakpoint: SourceBreakpoint): void;
}

/** One node under the debugger: its inspector, its scripts and its present stop. */
export class DebuggedNode {
  readonly cdp: CdpConnection;
  readonly breakpoints: NodeBreakpoints;
  readonly scripts = new Map<string, Script>();
  /** The URL under which the node has the program; the catalog has it under the one of this machine. */
  private readonly programUrl: string;
  /** Where it stands; undefined while it runs. */
  pause: Pause | undefined;
  /** True while the client has been told that it is stopped. */
  shown = false;
  /** The deadlock that it is stopped at. */
  deadlock: JobFailure | undefined;
  /** The call of abort that it is stopped at. */
  abort: CommunicationEvent | undefined;
  /** It has not been let into the program yet. */
  held = false;
  /** It is to stop on the first line of the program. */
  stopsOnEntry = false;
  /** The barrier that holds it. */
  heldAt: SourceBreakpoint | undefined;
  /** True while a step looks for the next message of the node. */
  stepsIntoMessage = false;
  /** Where it has arrived, once the step is over that follows a message. */
  arrival: string | undefined;
  /** The step it makes. */
  moving: keyof typeof stepCommands | undefined;
  /** Where the step began, and how often it came back there out of code that is not shown. */
  private stepStart: { place: string; returns: number } | undefined;
  private leftHidden = false;
  /** A pause that was asked for and has not come yet. */
  pauseCause: PauseCause | undefined;
  /** True once the inspector takes breakpoints. */
  enabled = false;
  /** True once it has everything that was agreed on before the program is loaded. */
  prepared = false;
  ended = false;
  /**
   * True from asking it to leave its stop until it has: the inspector would ignore a pause in between, so that one is
   * asked for afterwards.
   */
  private leaving = false;
  /** It goes on in order to stop again in the first code that runs. */
  private stepsFromIdle = false;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly rank: number,
    public info: NodeInfo,
    private readonly catalog: SourceCatalog,
    /** Where the program's bundle lies on the node's machine. */
    programPath: string,
    write: (request: CdpRequest) => void,
    private readonly listener: NodeListener,
  ) {
    this.cdp = new CdpConnection(rank, write, {
      'Debugger.scriptParsed': (event) => this.scriptParsed(event),
      'Debugger.breakpointResolved': (event) => this.breakpoints.resolved(event),
      'Debugger.paused': (raw) => this.stopped(raw),
      'Debugger.resumed': () => this.left(),
    });
    this.programUrl = urlOfPath(programPath);
    this.breakpoints = new NodeBreakpoints(
      this.cdp,
      this.scripts,
      catalog,
      this.programUrl,
      listener.breakpointMoved,
    );
  }

  receive(message: CdpMessage): void {
    this.cdp.receive(message);
  }

  /**
   * Makes ready for debugging what has been agreed on so far; resolves when the inspector has all of it.
   * `agreed` is asked when the inspector can take breakpoints; what comes later goes to `breakpoints` directly.
   */
  async prepare(
    agreed: () => {
      breakpoints: readonly SourceBreakpoint[];
      exceptions: ExceptionState;
      communication: string;
    },
  ): Promise<void> {
    const { result } = await this.cdp.request('Runtime.evaluate', {
      expression: 'process.mainModule?.filename',
    });
    if (typeof result.value === 'string') this.catalog.internalUrls.add(urlOfPath(result.value));
    const patterns = ['^node:', ...[...this.catalog.internalUrls].map((url) => `^${escapePattern(url)}$`)];
    const { breakpoints, exceptions, communication } = agreed();
    this.enabled = true;
    await Promise.all([
      this.cdp.request('Debugger.enable', {}),
      this.cdp.request('Debugger.setBlackboxPatterns', { patterns }),
      this.cdp.request('Debugger.setAsyncCallStackDepth', { maxDepth: 16 }),
      this.cdp.request('Debugger.setPauseOnExceptions', { state: exceptions }),
      this.tell(useStop),
      this.tell(filterStops(communication)),
      ...breakpoints.map((breakpoint) => this.breakpoints.set(breakpoint)),
    ]);
    this.prepared = true;
    if (this.pauseCause && !this.pause) this.requestPause(this.pauseCause);
  }

  /** Asks it to stop where it is: computing, blocked in a call or idle; at once, or as soon as it is prepared. */
  requestPause(cause: PauseCause): void {
    this.pauseCause = cause;
    if (!this.prepared) return;
    if (!this.leaving) this.cdp.send('Debugger.pause', {});
    this.insistOnPause();
  }

  /** Lets it go on, to the end of a step or freely. */
  move(kind: StepKind): void {
    const idle = this.pause !== undefined && this.pause.top?.call === undefined;
    const place = this.place;
    this.leavePause();
    this.moving = kind === 'continue' ? undefined : kind;
    this.stepStart = kind === 'stepIn' ? { place, returns: 0 } : undefined;
    this.leftHidden = false;
    // Where there is no frame to step in, the step ends in the first code of the program that runs.
    this.stepsFromIdle = idle && kind !== 'continue';
    this.leave(kind === 'continue' || idle ? 'Debugger.resume' : stepCommands[kind]);
  }

  /** What was under way goes on: the stop is none for the user. */
  moveOn(): void {
    this.pause = undefined;
    this.leave(this.moving ? stepCommands[this.moving] : 'Debugger.resume');
  }

  /** The step goes on out of code that is not shown; `stepIn` looks for code that is. */
  leaveHiddenCode(): void {
    this.pause = undefined;
    this.leftHidden = true;
    this.leave(this.moving === 'stepIn' ? 'Debugger.stepInto' : 'Debugger.stepOut');
  }

  /**
   * True when a step into a call has come back to the line that it began on, out of code that is not shown, such as
   * the bundler's for an imported name: for the user it has not moved yet. It asks for an end after some times.
   */
  get cameBack(): boolean {
    const { stepStart, leftHidden } = this;
    this.leftHidden = false;
    if (!stepStart || !leftHidden || stepStart.place !== this.place) return false;
    stepStart.returns += 1;
    return stepStart.returns <= mostReturns;
  }

  /** The line that it stands at, and how deep. */
  private get place(): string {
    const top = this.pause?.top;
    return top ? `${this.pause?.frames.length} ${top.source}:${top.original.line}` : '';
  }

  /** Asks with the arguments of a call in the innermost frame, or globally while it runs. */
  evaluate(
    params: Omit<CdpCommands['Debugger.evaluateOnCallFrame']['params'], 'callFrameId'>,
    frame: Debugger.CallFrame | undefined,
  ): Promise<Debugger.EvaluateOnCallFrameReturnType> {
    if (frame) {
      return this.cdp.request('Debugger.evaluateOnCallFrame', { ...params, callFrameId: frame.callFrameId });
    }
    // Not in the inspector's REPL mode: that answers from a microtask, which a thread that blocks never runs.
    return this.cdp.request('Runtime.evaluate', params);
  }

  /** Runs something in the node whose outcome does not matter; resolves when it has run, or cannot. */
  async tell(expression: string): Promise<void> {
    await this.cdp.request('Runtime.evaluate', { expression, silent: true }).catch(() => undefined);
  }

  /** The node has ended or is debugged no longer. */
  close(): void {
    this.ended = true;
    this.leavePause();
    this.moving = undefined;
    clearTimeout(this.idleTimer);
    this.cdp.close();
  }

  private leavePause(): void {
    this.pause = undefined;
    this.shown = false;
    this.deadlock = undefined;
    this.abort = undefined;
    this.heldAt = undefined;
    this.pauseCause = undefined;
  }

  /**
   * An idle thread pauses only in something that runs; and the inspector forgets a pause that finds none of the
   * program's code on the stack, as when a node is about to start.
   */
  private insistOnPause(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => {
      if (this.pause || !this.pauseCause) return;
      if (this.leaving) return this.insistOnPause();
      this.cdp.send('Debugger.pause', {});
      // Answered after the pause that it brought, or when it brought none.
      this.cdp.request('Runtime.evaluate', wakeUp).then(
        () => this.insistOnPause(),
        () => undefined,
      );
    }, idleMs);
  }

  private leave(command: 'Debugger.resume' | (typeof stepCommands)[keyof typeof stepCommands]): void {
    this.leaving = true;
    this.cdp.request(command, {}).catch(() => this.left());
  }

  private left(): void {
    this.leaving = false;
    if (this.pauseCause || this.stepsFromIdle) this.cdp.send('Debugger.pause', {});
    this.stepsFromIdle = false;
  }

  private stopped(raw: Paused): void {
    this.leaving = false;
    clearTimeout(this.idleTimer);
    this.pause = new Pause(raw, this.scripts, () => this.info.wait);
    this.listener.paused(this, raw);
  }

  private scriptParsed(event: Debugger.ScriptParsedEventDataType): void {
    const { scriptId, sourceMapURL } = event;
    const url = event.url === this.programUrl ? this.catalog.program.url : event.url;
    const internal = this.catalog.isInternal(url);
    const mapped = internal ? undefined : this.catalog.scriptLoaded(url, sourceMapURL);
    this.scripts.set(scriptId, { id: scriptId, url, path: pathOfUrl(url), internal, mapped });
    if (!internal) this.breakpoints.scriptLoaded().catch(() => undefined);
  }
}
