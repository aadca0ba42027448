import * as vscode from 'vscode';

/** Shows, from a session's beginning until its program is under way, that a cluster starts; cancelling ends the session. */
export class StartProgress {
  private finish: () => void = () => undefined;

  constructor(session: vscode.DebugSession) {
    const title =
      session.configuration.request === 'attach'
        ? `Lockstep: attaching to ${String(session.configuration.job)}`
        : `Lockstep: starting ${session.name}`;
    const started = new Promise<void>((resolve) => (this.finish = resolve));
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => {
        token.onCancellationRequested(() => {
          this.finish();
          void vscode.debug.stopDebugging(session);
        });
        return started;
      },
    );
  }

  /** The program is under way, or will never be. */
  done(): void {
    this.finish();
  }
}
