import * as vscode from '../vscode';
import { loadRuntime } from '../loadRuntime';
import type { Lockstep } from '../lockstep';
import type { SshCluster } from '../../runtime/protocol/configuration';
import { describeHost, type HostInfo } from '../../runtime/protocol/host';

/** A machine that cannot be used, by its place in the cluster, and why. */
export interface MachineProblem {
  index: number;
  message: string;
}

/** Tries all machines of a cluster at once and shows how far each is; undefined where the user does not want to wait. */
export async function checkLabMachines(
  { clusters, answers }: Lockstep,
  folder: vscode.WorkspaceFolder,
  name: string,
  cluster: SshCluster,
): Promise<MachineProblem[] | undefined> {
  const client = await loadRuntime().connect(await clusters.runDirectory(folder.uri.fsPath));
  client.answer(answers);
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Lockstep: testing the machines',
    cancellable: true,
  };
  try {
    return await vscode.window.withProgress(options, async (progress, token) => {
      const states = new Map(cluster.hosts.map(({ host }) => [host, 'waiting']));
      const subscription = clusters.model.onEvent((event) => {
        if (event.type !== 'hostChanged' || !states.has(event.host.name)) return;
        states.set(event.host.name, wordsFor(event.host));
        progress.report({ message: [...states].map(([host, words]) => `${host}: ${words}`).join(' · ') });
      });
      const cancelled = new Promise<undefined>((resolve) =>
        token.onCancellationRequested(() => resolve(undefined)),
      );
      try {
        const checks = await Promise.race([client.request('checkHosts', { name, cluster }), cancelled]);
        return checks?.flatMap(({ error }, index) => (error ? [{ index, message: error.message }] : []));
      } finally {
        subscription.dispose();
      }
    });
  } finally {
    client.dispose();
  }
}

const wordsFor = (host: HostInfo): string => (host.state === 'closed' ? 'tested' : describeHost(host));
