import * as vscode from '../vscode';
import type { Clusters } from '../cluster/clusters';
import type { NodeAddress } from '../cluster/nodeAddress';
import type { Selection } from '../cluster/selection';
import type { CustomRequests } from '../../debug-adapter';
import { rankOfThread, threadOfRank } from '../../debug-adapter/dap/protocol';

type FocusResult = CustomRequests['lockstep/focusThread']['body'];

/** The debug sessions of type `lockstep`, the job that each one debugs, and the node that the debugger stands on. */
export class DebugSessions implements vscode.Disposable {
  private readonly jobs = new Map<vscode.DebugSession, string>();
  /** Those that the editor does not show as active yet, as they wait for their job. */
  private readonly starting = new Set<vscode.DebugSession>();
  private readonly subscriptions: vscode.Disposable[];
  private readonly found = new vscode.EventEmitter<vscode.DebugSession>();

  /** A session has its job: `jobOf` knows it. */
  readonly onJobFound = this.found.event;

  constructor(
    private readonly clusters: Clusters,
    private readonly selection: Selection,
  ) {
    this.subscriptions = [
      vscode.debug.onDidTerminateDebugSession((session) => this.jobs.delete(session)),
      vscode.debug.onDidChangeActiveStackItem(() => this.selection.focusNode(this.focusedNode())),
    ];
  }

  /** To be called when a session is about to start. */
  starts(session: vscode.DebugSession): void {
    this.starting.add(session);
  }

  /** To be called when it has ended, or could not be started. */
  ended(session: vscode.DebugSession): void {
    this.starting.delete(session);
  }

  /** To be called when a session has started or found its job; `job` is its coordinator's id for it. */
  began(session: vscode.DebugSession, runDirectory: string, job: string): void {
    this.jobs.set(session, this.clusters.nameOf(runDirectory, job));
    this.found.fire(session);
  }

  /** The job that a session debugs, once it has one. */
  jobOf(session: vscode.DebugSession): string | undefined {
    return this.jobs.get(session);
  }

  /** The session whose call stack has the focus, or else one that starts; the editor may still name one that has ended. */
  get active(): vscode.DebugSession | undefined {
    const session = this.focused?.session ?? vscode.debug.activeDebugSession ?? [...this.starting].at(-1);
    return session?.type === 'lockstep' ? session : undefined;
  }

  /** The session that debugs a job. */
  ofJob(job: string): vscode.DebugSession | undefined {
    return [...this.jobs].find(([, id]) => id === job)?.[0];
  }

  /** The thread that a step or a continue is meant for. */
  get activeThread(): number | undefined {
    return this.focused?.threadId;
  }

  /** The node of a thread, as the call stack's menu names it: `thread:<session>:<id>`. */
  threadArgument(argument: unknown): NodeAddress | undefined {
    if (typeof argument !== 'object' || argument === null) return undefined;
    const { sessionId, threadId } = argument as { sessionId?: unknown; threadId?: unknown };
    const id = typeof threadId === 'string' ? Number(/:(\d+)$/.exec(threadId)?.[1]) : threadId;
    const [, job] = [...this.jobs].find(([session]) => session.id === sessionId) ?? [];
    return job !== undefined && typeof id === 'number' && Number.isInteger(id)
      ? { job, rank: rankOfThread(id) }
      : undefined;
  }

  /** Moves the editor's focus to a node; `stopped` is false where the node runs, as only a stopped one can have it. */
  async focus(session: vscode.DebugSession, rank: number): Promise<FocusResult> {
    const result: unknown = await session.customRequest('lockstep/focusThread', {
      threadId: threadOfRank(rank),
    });
    return result as FocusResult;
  }

  /** Pauses one node; it then has the focus. */
  async pause(session: vscode.DebugSession, rank: number): Promise<void> {
    await session.customRequest('pause', { threadId: threadOfRank(rank) });
  }

  /** Ends all sessions, and the jobs that they started. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.jobs.keys()].map((session) => vscode.debug.stopDebugging(session)));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.found.dispose();
  }

  private focusedNode(): NodeAddress | undefined {
    const { focused } = this;
    const job = focused && this.jobs.get(focused.session);
    return job !== undefined && focused?.threadId !== undefined
      ? { job, rank: rankOfThread(focused.threadId) }
      : undefined;
  }

  /** What has the focus in the call stack of a session that debugs a job. */
  private get focused(): vscode.DebugThread | vscode.DebugStackFrame | undefined {
    const item = vscode.debug.activeStackItem;
    return item && this.jobs.has(item.session) ? item : undefined;
  }
}
