import * as vscode from '../vscode';
import { jobArgument } from '../cluster/nodeAddress';
import type { Lockstep } from '../lockstep';
import { pickJob, pickNode } from './pick';

/** Ends a job now. */
export async function stopJob(lockstep: Lockstep, element?: unknown): Promise<void> {
  const running = lockstep.clusters.model.running();
  const picked = jobArgument(element) ?? (await pickJob(running, 'Job to stop'));
  if (picked === undefined) return;
  const { client, job } = lockstep.clusters.find(picked);
  await client.request('stopJob', { job });
}

/** Ends the coordinators that the editor started, and every job with them. */
export async function stopCluster(lockstep: Lockstep): Promise<void> {
  const running = lockstep.clusters.model.running().length;
  if (running > 0) {
    const stop = 'Stop Cluster';
    const message = `Stop the cluster? ${running === 1 ? 'A job is' : `${running} jobs are`} running on it.`;
    const answer = await vscode.window.showWarningMessage(message, { modal: true }, stop);
    if (answer !== stop) return;
  }
  await lockstep.sessions.stopAll();
  lockstep.clusters.stop();
}

/** Kills one node's process, as `kill -9` does: a way to see what a failure does to a program. */
export async function killNode(lockstep: Lockstep, element?: unknown): Promise<void> {
  const address = await pickNode(
    lockstep,
    element,
    'Node to kill',
    ({ state }) => state !== 'dead' && state !== 'done',
  );
  if (!address) return;
  const { client, job } = lockstep.clusters.find(address.job);
  await client.request('killNode', { job, rank: address.rank });
}
