/**
 * What is remembered of a deployment outside of its run directory: by it a later command finds the coordinator, or
 * learns that it is gone. One file a name, in the user's state folder, readable by the user alone.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { deploymentName } from '../protocol/deployment';
import { isRunning } from './runDirectory';
import { deploymentsFolder } from './stateFolder';

const record = v.object({
  name: v.pipe(v.string(), v.regex(deploymentName)),
  /** The machine that the coordinator runs on: homes may be shared. */
  host: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  runDirectory: v.string(),
  /** What was deployed last; empty before the first time. */
  program: v.string(),
  cluster: v.string(),
  version: v.string(),
  startedAtMs: v.number(),
  /** Why its coordinator ended, where it could say so. */
  ended: v.optional(v.string()),
});
export type DeploymentRecord = v.InferOutput<typeof record>;

/** All that is remembered, by name; files that are none of ours are left out. */
export function listDeploymentRecords(): DeploymentRecord[] {
  return readdirSync(deploymentsFolder())
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => readDeploymentRecord(file.slice(0, -'.json'.length)) ?? []);
}

export function readDeploymentRecord(name: string): DeploymentRecord | undefined {
  try {
    const found = v.parse(record, JSON.parse(readFileSync(pathOf(name), 'utf8')));
    return found.name === name ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a name; false if somebody has it already. */
export function takeDeploymentName(of: DeploymentRecord): boolean {
  try {
    writeFileSync(pathOf(of.name), JSON.stringify(of), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (existsSync(pathOf(of.name))) return false;
    throw error;
  }
}

/** Replaces a record, whole or not at all. */
export function writeDeploymentRecord(of: DeploymentRecord): void {
  const part = `${pathOf(of.name)}.${process.pid}`;
  writeFileSync(part, JSON.stringify(of), { mode: 0o600 });
  renameSync(part, pathOf(of.name));
}

export function removeDeploymentRecord(name: string): void {
  rmSync(pathOf(name), { force: true });
}

/** True if the coordinator of a record runs, on this machine. */
export function isDeploymentAlive({ host, runDirectory }: DeploymentRecord): boolean {
  return host === hostname() && isRunning(runDirectory);
}

function pathOf(name: string): string {
  return join(deploymentsFolder(), `${name}.json`);
}
