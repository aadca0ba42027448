import * as vscode from '../vscode';
import { formatJobAddress } from '../debug/jobAddress';
import { loadRuntime } from '../loadRuntime';
import type { Lockstep } from '../lockstep';
import { jobRow } from '../views/rows';

/** Debugs a job that runs already, for example one started with `lockstep run`. */
export async function attach(lockstep: Lockstep): Promise<void> {
  const job = await pickRunningJob(lockstep);
  if (job === undefined) return;
  const configuration = { type: 'lockstep', request: 'attach', name: 'Attach to a job', job };
  await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], configuration);
}

/** Asks for a running job, of any coordinator of this user; the value of `${command:PickJob}`. */
export async function pickRunningJob({ log }: Lockstep): Promise<string | undefined> {
  const found = await loadRuntime().findJobs();
  log.debug(`${found.length} running jobs found`);
  if (found.length === 0) {
    void vscode.window.showInformationMessage(
      'No job is running. Start one with "lockstep run", or with "Lockstep: Run Program".',
    );
    return undefined;
  }
  const items = found.map(({ job, runDirectory }) => {
    const { label, description } = jobRow(job, Date.now());
    return {
      label,
      description,
      detail: job.program,
      address: formatJobAddress({ job: job.id, runDirectory }),
    };
  });
  return (await vscode.window.showQuickPick(items, { title: 'Job to attach to', matchOnDetail: true }))
    ?.address;
}
