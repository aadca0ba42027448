/** A client of the debug adapter as an editor is one: over the standard streams of `lockstep dap`. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { root, withoutLeaks } from '../cluster/leakCheck';
import { Transcript } from './transcript';

export const programs = join(root, 'test', 'dap', 'programs');

/** Absolute path of a program for these tests. */
export const program = (name: string): string => join(programs, name);

/** Number (from 1) of the line of a program that contains a text. */
export function lineOf(path: string, text: string): number {
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((each) => each.includes(text));
  assert.ok(line >= 0, `no line of ${path} contains ${text}`);
  return line + 1;
}

type Event = Omit<DebugProtocol.Event, 'body'> & { body: Record<string, unknown> };
type Stopped = DebugProtocol.StoppedEvent['body'];

interface Waiting {
  resolve(body: unknown): void;
  reject(error: Error): void;
}

export interface LaunchOptions {
  program: string;
  nodes: number;
  breakpoints?: Record<string, DebugProtocol.SourceBreakpoint[]>;
  exceptions?: { filters?: string[]; filterOptions?: DebugProtocol.ExceptionFilterOptions[] };
  [setting: string]: unknown;
}

export class DapSession {
  readonly transcript = new Transcript();
  readonly events: Event[] = [];
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Waiting & { command: string }>();
  private readonly watchers = new Set<(event: Event) => void>();
  private received: Buffer = Buffer.alloc(0);
  private sequence = 0;
  private readonly exited: Promise<number | null>;

  constructor() {
    this.child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'dap'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => this.receive(chunk));
    this.exited = new Promise((resolve) => this.child.on('exit', (code) => resolve(code)));
  }

  /** Sends a request; rejects with the message of an error response. */
  request<Body = Record<string, unknown>>(command: string, input?: object): Promise<Body> {
    const seq = ++this.sequence;
    this.transcript.request(command, input);
    this.send({ seq, type: 'request', command, arguments: input });
    return new Promise<Body>((resolve, reject) => {
      this.pending.set(seq, { command, resolve, reject });
    });
  }

  /** The next event that `wanted` accepts; ask before the request that brings it. */
  next(
    event: string,
    wanted: (body: Record<string, unknown>) => boolean = () => true,
  ): Promise<Event['body']> {
    return new Promise((resolve) => {
      const watcher = (each: Event) => {
        if (each.event !== event || !wanted(each.body)) return;
        this.watchers.delete(watcher);
        resolve(each.body);
      };
      this.watchers.add(watcher);
    });
  }

  /** The stops of the given threads, in this order of threads; ask before the request that brings them. */
  stopped(...threads: number[]): Promise<Stopped[]> {
    const stops = threads.map((thread) => this.next('stopped', ({ threadId }) => threadId === thread));
    return Promise.all(stops) as unknown as Promise<Stopped[]>;
  }

  /** Resolves with all output once the session has ended. */
  async ended(): Promise<string> {
    if (!this.events.some(({ event }) => event === 'terminated')) await this.next('terminated');
    return this.output();
  }

  /** All that has been printed, of one category or of any. */
  output(category?: string): string {
    return this.events
      .filter(({ event, body }) => event === 'output' && (!category || body['category'] === category))
      .map(({ body }) => String(body['output']))
      .join('');
  }

  /** Resolves when the output contains a text. */
  async printed(text: string): Promise<void> {
    while (!this.output().includes(text)) await this.next('output');
  }

  async initialize(): Promise<DebugProtocol.Capabilities> {
    const input = {
      clientID: 'test',
      adapterID: 'lockstep',
      pathFormat: 'path',
      supportsInvalidatedEvent: true,
    };
    return this.request<DebugProtocol.Capabilities>('initialize', input);
  }

  /** Starts a program up to and with `configurationDone`; answers what became of the breakpoints. */
  async launch({
    breakpoints,
    exceptions,
    ...configuration
  }: LaunchOptions): Promise<DebugProtocol.Breakpoint[]> {
    await this.initialize();
    const initialized = this.next('initialized');
    const launched = this.request('launch', configuration);
    await launched;
    await initialized;
    const set = await this.configure(breakpoints, exceptions);
    await this.request('configurationDone');
    return set;
  }

  async setBreakpoints(
    path: string,
    breakpoints: DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const body = await this.request<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', {
      source: { path },
      breakpoints,
    });
    return body.breakpoints;
  }

  async threadNames(): Promise<string[]> {
    const { threads } = await this.request<DebugProtocol.ThreadsResponse['body']>('threads');
    return threads.map(({ name }) => name);
  }

  /** Resolves with the threads' names once they are as wanted; asks again after every event about a thread. */
  async threadsThat(wanted: (names: string[]) => boolean): Promise<string[]> {
    for (;;) {
      const changed = this.next('thread'); // before the question: the event may come along with the answer
      const names = await this.threadNames();
      if (wanted(names)) return names;
      await changed;
    }
  }

  /** Resolves with the threads' names once one of them is like this. */
  named(pattern: RegExp): Promise<string[]> {
    return this.threadsThat((names) => names.some((name) => pattern.test(name)));
  }

  async stack(threadId: number): Promise<DebugProtocol.StackFrame[]> {
    const body = await this.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
    return body.stackFrames;
  }

  /** The innermost frame of a thread. */
  async top(threadId: number): Promise<DebugProtocol.StackFrame> {
    const [frame] = await this.stack(threadId);
    assert.ok(frame);
    return frame;
  }

  /** The line that a thread stands at. */
  async lineAt(threadId: number): Promise<number> {
    return (await this.top(threadId)).line;
  }

  async variables(variablesReference: number, page: object = {}): Promise<DebugProtocol.Variable[]> {
    const body = await this.request<DebugProtocol.VariablesResponse['body']>('variables', {
      variablesReference,
      ...page,
    });
    return body.variables;
  }

  /** The variables of a frame's scopes, expensive scopes left out, by the scopes' names. */
  async scopes(
    frameId: number,
  ): Promise<Map<string, { reference: number; variables: DebugProtocol.Variable[] }>> {
    const { scopes } = await this.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
    const all = new Map<string, { reference: number; variables: DebugProtocol.Variable[] }>();
    for (const { name, expensive, variablesReference } of scopes) {
      if (expensive) continue;
      const variables = await this.variables(variablesReference);
      all.set(all.has(name) ? `${name} (outer)` : name, { reference: variablesReference, variables });
    }
    return all;
  }

  async evaluate(
    expression: string,
    frameId?: number,
    context = 'repl',
  ): Promise<DebugProtocol.EvaluateResponse['body']> {
    return this.request('evaluate', { expression, frameId, context });
  }

  /** Ends the session as an editor does; the adapter's process has to end by itself. */
  async disconnect(input: object = {}): Promise<void> {
    await this.request('disconnect', input);
    assert.equal(await this.exited, 0, 'the exit code of the adapter');
  }

  /** Ends the adapter without a word. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Closes its standard input, as a client that is gone does. */
  async hangUp(): Promise<void> {
    this.child.stdin?.end();
    await this.exited;
  }

  /** Writes a message as it is. */
  send(message: object): void {
    const text = JSON.stringify(message);
    this.child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private async configure(
    breakpoints: LaunchOptions['breakpoints'] = {},
    exceptions: LaunchOptions['exceptions'],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const set: DebugProtocol.Breakpoint[] = [];
    for (const [path, list] of Object.entries(breakpoints))
      set.push(...(await this.setBreakpoints(path, list)));
    if (exceptions) await this.request('setExceptionBreakpoints', { filters: [], ...exceptions });
    return set;
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/.exec(this.received.toString('latin1', 0, Math.max(end, 0)))?.[1],
      );
      if (end < 0 || this.received.length < end + 4 + length) return;
      const text = this.received.toString('utf8', end + 4, end + 4 + length);
      this.received = this.received.subarray(end + 4 + length);
      this.take(JSON.parse(text) as DebugProtocol.Response | Event);
    }
  }

  private take(message: DebugProtocol.Response | Event): void {
    if (message.type === 'event') {
      const event = message as Event;
      this.events.push(event);
      this.transcript.event(event.event, event.body);
      for (const watcher of [...this.watchers]) watcher(event);
      return;
    }
    const response = message as DebugProtocol.Response;
    const waiting = this.pending.get(response.request_seq);
    assert.ok(waiting, `a second answer to ${response.command}`);
    this.pending.delete(response.request_seq);
    this.transcript.response(
      response.command,
      response.success,
      response.success ? response.body : response.message,
    );
    if (response.success) waiting.resolve(response.body);
    else waiting.reject(new Error(response.message));
  }
}

/** A session that takes longer than this hangs. */
const longestMs = 90_000;

/** Runs `body` with an adapter of its own; fails if the adapter, a node, a socket or a file is left afterwards. */
export function withSession(body: (session: DapSession) => Promise<void>): Promise<void> {
  return withoutLeaks(async () => {
    const session = new DapSession();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not over after ${longestMs} ms`)), longestMs);
    });
    try {
      await Promise.race([body(session), late]);
      if (session.isRunning) await Promise.race([session.disconnect(), late]);
    } catch (error) {
      const said = session.transcript.text();
      throw new Error(`${(error as Error).message}\n--- the session:\n${said}`, { cause: error });
    } finally {
      clearTimeout(timer);
      session.kill();
    }
  });
}

/** Attaches as soon as the job can be found; resolves when its nodes are there. */
export async function attach(session: DapSession, nodes: number): Promise<void> {
  await session.initialize();
  for (;;) {
    const initialized = session.next('initialized');
    const attached = session.request('attach', { job: 'job-1' });
    const found = await Promise.race([
      initialized.then(() => true),
      attached.then(
        () => true,
        () => false,
      ),
    ]);
    if (!found) {
      await delay(50);
      continue;
    }
    await session.request('configurationDone');
    await attached;
    await session.threadsThat((names) => names.length === nodes);
    return;
  }
}
