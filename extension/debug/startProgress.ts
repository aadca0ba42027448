import * as vscode from '../vscode';
import type { Lockstep } from '../lockstep';
import { describeHost } from '../../runtime/protocol/host';

/**
 * Shows, from a session's beginning until all nodes of its job are up, that a cluster starts. Cancelling ends the
 * session, and the job with it.
 */
export class StartProgress {
  private finish: () => void = () => undefined;
  private progress: vscode.Progress<{ message: string }> | undefined;
  private readonly subscriptions: { dispose(): void }[];

  constructor(
    private readonly session: vscode.DebugSession,
    private readonly lockstep: Lockstep,
  ) {
    const { configuration, name } = session;
    const title = configuration.request === 'attach' ? 'attaching to a job' : `starting ${name}`;
    const started = new Promise<void>((resolve) => (this.finish = resolve));
    void vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `Lockstep: ${title}`,
        cancellable: true,
      },
      (progress, token) => {
        this.progress = progress;
        token.onCancellationRequested(() => {
          this.done();
          void vscode.debug.stopDebugging(session);
        });
        return started;
      },
    );
    this.subscriptions = [
      lockstep.sessions.onJobFound(() => this.check()),
      lockstep.clusters.model.onEvent((event) => {
        if (event.type === 'jobChanged') this.check();
        if (event.type === 'hostChanged')
          this.progress?.report({ message: `${event.host.name}: ${describeHost(event.host)}` });
      }),
    ];
  }

  /** The program is under way, or will never be. */
  done(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.finish();
  }

  private check(): void {
    const job = this.lockstep.sessions.jobOf(this.session);
    const state = job === undefined ? undefined : this.lockstep.clusters.model.get(job)?.job.state;
    if (state !== undefined && state !== 'starting') this.done();
  }
}
