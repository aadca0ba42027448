/**
 * A coordinator that outlives whoever started it, for a deployment. It takes the deployment's name, writes down where
 * it is found, says on its standard output that it is there, and ends when nothing is deployed any more.
 */
import { hostname } from 'node:os';
import {
  isDeploymentAlive,
  readDeploymentRecord,
  removeDeploymentRecord,
  takeDeploymentName,
  writeDeploymentRecord,
  type DeploymentRecord,
} from '../core/deploymentRecord';
import type { DetachedReady } from '../protocol/control';
import { Coordinator } from './coordinator';
import type { CoordinatorSettings } from './coordinatorSettings';

/** How long whoever started it may take to deploy something. */
const unusedMs = 30_000;
/** How long a client may take to hear that all is over. */
const goodbyeMs = 2000;

/** Serves a deployment until it is gone. */
export async function serveDeployment(settings: CoordinatorSettings, name: string): Promise<void> {
  let leaving = false;
  const coordinator = new Coordinator(settings, {
    onSettled: ({ phase, program, cluster, version = '' }) => {
      if (phase === 'gone') {
        giveUpName();
        setTimeout(() => void leave(), goodbyeMs);
      } else remember({ program, cluster, version });
    },
    onClientGone: () => leaveIfUnused(),
  });
  let record: DeploymentRecord = {
    name,
    host: hostname(),
    pid: process.pid,
    runDirectory: coordinator.directory,
    program: '',
    cluster: '',
    version: '',
    startedAtMs: Date.now(),
  };
  let owner = false;

  function remember(part: Partial<DeploymentRecord>): void {
    record = { ...record, ...part };
    if (owner) writeDeploymentRecord(record);
  }

  /** Whoever deploys under this name from now on starts a coordinator of its own. */
  function giveUpName(): void {
    if (owner) removeDeploymentRecord(name);
    owner = false;
  }

  function leaveIfUnused(): void {
    if (!coordinator.inUse) void leave();
  }

  /** `reason`: why it ends although something is deployed. */
  async function leave(reason?: string): Promise<void> {
    if (leaving) return;
    leaving = true;
    if (reason !== undefined && record.version !== '') remember({ ended: reason });
    else giveUpName();
    await coordinator.close().finally(() => process.exit(0));
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void leave(`it was told to end (${signal})`));
  }
  process.on('SIGHUP', () => undefined); // the login that started it may end
  process.on('uncaughtException', (error) => void leave(`it failed: ${error.stack ?? error.message}`));
  process.on('unhandledRejection', (error) => void leave(`it failed: ${String(error)}`));

  await coordinator.listening;
  owner = takeName(record);
  const runDirectory = owner ? coordinator.directory : undefined;
  const ready: DetachedReady = { lockstepCoordinator: 1, runDirectory };
  process.stdout.on('error', () => undefined); // whoever started it has gone; that alone is no reason to end
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  if (!owner) await leave();
  setTimeout(leaveIfUnused, unusedMs);
}

/** Takes the name, also from a coordinator that is gone; false if one that lives has it. */
function takeName(record: DeploymentRecord): boolean {
  if (takeDeploymentName(record)) return true;
  const other = readDeploymentRecord(record.name);
  if (other && (isDeploymentAlive(other) || other.host !== record.host)) return false;
  removeDeploymentRecord(record.name);
  return takeDeploymentName(record);
}
