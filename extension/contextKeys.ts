import * as vscode from './vscode';
import type { Lockstep } from './lockstep';

/** The context keys of the manifest's `when` clauses, set where they have changed. */
type Keys = Record<
  'inUse' | 'hasJobs' | 'hasRunningJobs' | 'hasFailedJobs' | 'hasFaults' | 'clusterRunning',
  boolean
>;

/** Keeps the context keys in step with the jobs, the coordinators and the editor. */
export class ContextKeys implements vscode.Disposable {
  private readonly subscriptions: { dispose(): void }[];
  private set: Partial<Keys> = {};
  private inUse = false;

  /** `onInUse` is told once Lockstep is in use in this window: a program was opened, or a job ran. */
  constructor(
    private readonly lockstep: Lockstep,
    private readonly onInUse: (inUse: boolean) => void,
  ) {
    const { clusters, program, choice } = lockstep;
    const update = (): void => this.update();
    this.subscriptions = [
      clusters.model.onEvent((event) => {
        if (event.type === 'jobChanged' || event.type === 'faultInjected') update();
      }),
      clusters.model.onReplaced(update),
      clusters.onChanged(update),
      program.onChanged(update),
      choice.onChanged(update),
    ];
    update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { clusters, program, choice } = this.lockstep;
    const jobs = clusters.model.jobs();
    this.inUse ||= program.uri !== undefined || clusters.running || choice.hasFile;
    const keys: Keys = {
      inUse: this.inUse,
      hasJobs: jobs.length > 0,
      hasRunningJobs: clusters.model.running().length > 0,
      hasFailedJobs: jobs.some(({ job }) => job.failure?.at !== undefined),
      hasFaults: clusters.model.running().some(({ faults }) => faults.active.length > 0),
      clusterRunning: clusters.running,
    };
    for (const [key, value] of Object.entries(keys) as [keyof Keys, boolean][]) {
      if (this.set[key] !== value)
        void vscode.commands.executeCommand('setContext', `lockstep.${key}`, value);
    }
    if (this.set.inUse !== keys.inUse) this.onInUse(keys.inUse);
    this.set = keys;
  }
}
