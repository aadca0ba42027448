/** Finds the coordinators of deployments again, and starts them. */
import { version } from '../../package.json';
import {
  type DeploymentRecord,
  isDeploymentAlive,
  listDeploymentRecords,
  readDeploymentRecord,
  removeDeploymentRecord,
} from '../core/deploymentRecord';
import { removeRunDirectory } from '../core/runDirectory';
import { stateFolder } from '../core/stateFolder';
import { hostname } from 'node:os';
import { launchDetachedCoordinator } from '../launch/coordinatorProcess';
import { deploymentName, type DeploymentInfo } from '../protocol/deployment';
import { LockstepError } from '../protocol/errors';
import type { Client } from './client';
import { connect } from './findJobs';
import type { CoordinatorOptions } from './startCoordinator';

/** A deployment as it was found: as its coordinator tells, or what is known of one that cannot be asked. */
export type FoundDeployment =
  | { name: string; info: DeploymentInfo; problem?: undefined }
  | { name: string; info?: undefined; problem: LockstepError };

/** Every deployment of this user, by name. */
export function findDeployments(): Promise<FoundDeployment[]> {
  return Promise.all(listDeploymentRecords().map(look));
}

async function look(record: DeploymentRecord): Promise<FoundDeployment> {
  const { name } = record;
  try {
    const client = await connectTo(record);
    try {
      return { name, info: await client.request('deployment', {}) };
    } finally {
      client.dispose();
    }
  } catch (error) {
    return { name, problem: LockstepError.from(error) };
  }
}

/** Connects to the coordinator of a deployment. Throws unknownDeployment, deploymentLost or deploymentElsewhere. */
export async function connectDeployment(name: string): Promise<Client> {
  const record = readDeploymentRecord(checkName(name));
  if (record) return connectTo(record);
  const known = listDeploymentRecords().map((each) => each.name);
  throw new LockstepError('unknownDeployment', { name, known: known.join(', ') || 'none' });
}

/** Connects to the coordinator of a deployment, or starts one if there is none that lives. */
export async function openDeployment(name: string, options: CoordinatorOptions): Promise<Client> {
  const record = readDeploymentRecord(checkName(name));
  if (record && record.host !== hostname()) throw elsewhere(record);
  if (record && isDeploymentAlive(record)) return connectTo(record);
  if (record) removeRunDirectory(record.runDirectory);
  const deployment = { name, folder: stateFolder() };
  const { runDirectory } = await launchDetachedCoordinator(options.distribution, {
    ...options,
    version,
    deployment,
  }).catch((error: Error) => {
    throw new LockstepError('coordinatorLost', { reason: error.message }, { cause: error });
  });
  // Somebody else was quicker to start one of this name.
  return runDirectory === undefined ? connectDeployment(name) : connect(runDirectory);
}

/** Forgets a deployment whose coordinator is gone; false if it lives, or is on another machine. */
export function forgetDeployment(name: string): boolean {
  const record = readDeploymentRecord(checkName(name));
  if (!record || record.host !== hostname() || isDeploymentAlive(record)) return false;
  removeRunDirectory(record.runDirectory);
  removeDeploymentRecord(name);
  return true;
}

async function connectTo(record: DeploymentRecord): Promise<Client> {
  const { name, pid, ended: reason } = record;
  if (record.host !== hostname()) throw elsewhere(record);
  if (!isDeploymentAlive(record)) throw new LockstepError('deploymentLost', { name, pid, reason });
  return connect(record.runDirectory);
}

function elsewhere({ name, host }: DeploymentRecord): LockstepError {
  return new LockstepError('deploymentElsewhere', { name, host });
}

function checkName(name: string): string {
  if (deploymentName.test(name)) return name;
  throw new LockstepError('badDeploymentName', { name });
}
