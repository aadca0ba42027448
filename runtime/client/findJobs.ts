import { listRunDirectories, readRunFile } from '../core/runDirectory';
import { LockstepError } from '../protocol/errors';
import type { JobInfo } from '../protocol/job';
import { overLink } from '../transport/rpc';
import { openLink, socketAddress } from '../transport/unixSocket';
import { Client } from './client';

export interface FoundJob {
  job: JobInfo;
  /** Run directory of the job's coordinator. */
  runDirectory: string;
}

/** Every running job of this user on this machine, newest first. */
export async function findJobs(): Promise<FoundJob[]> {
  const found = await Promise.all(listRunDirectories().map(jobsOf));
  return found.flat().sort((a, b) => b.job.startedAtMs - a.job.startedAtMs);
}

/** Connects to the coordinator of a run directory; disposing the client leaves the coordinator and its jobs alone. */
export async function connect(runDirectory: string): Promise<Client> {
  const file = readRunFile(runDirectory);
  if (!file) throw new LockstepError('coordinatorLost', { reason: `${runDirectory} is not a run of yours` });
  try {
    const identity = { role: 'client', job: 0, rank: 0 } as const;
    const link = await openLink(socketAddress(runDirectory, 'c'), identity, Buffer.from(file.secret, 'hex'));
    return new Client(overLink(link), () => link.destroy());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LockstepError('coordinatorLost', { reason }, { cause: error });
  }
}

async function jobsOf(runDirectory: string): Promise<FoundJob[]> {
  const client = await connect(runDirectory).catch(() => undefined); // it ended just now
  if (!client) return [];
  try {
    const snapshots = await client.request('jobs', {});
    return snapshots
      .filter(({ job }) => job.state === 'starting' || job.state === 'running')
      .map(({ job }) => ({ job, runDirectory }));
  } finally {
    client.dispose();
  }
}
