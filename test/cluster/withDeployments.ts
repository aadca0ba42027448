/** Deployments by the command line, as a user makes them; fails if anything of them is left. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeploymentInfo } from '../../runtime/protocol/deployment';
import type { WireError } from '../../runtime/protocol/errors';
import { type Finished, lockstep } from './commandLine';
import { withoutLeaks } from './leakCheck';
import { until } from './until';

/** A line of `lockstep deployments --json`. */
export type Listed = { name: string; error?: WireError } & Partial<DeploymentInfo>;

export interface Deployments {
  /** A folder in which programs lie. */
  workspace: string;
  /** A folder for whatever the programs write. */
  scratch: string;
  write(name: string, text: string): string;
  /** Runs `lockstep ARGS` in the workspace. */
  command(...args: string[]): Promise<Finished>;
  list(): Promise<Listed[]>;
}

/** Runs `body` with a user who has deployed nothing yet, and undeploys what it has left. */
export function withDeployments(body: (deployments: Deployments) => Promise<void>): Promise<void> {
  return withoutLeaks(async (folder) => {
    const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
    const scratch = mkdtempSync('/tmp/ld-');
    const command = (...args: string[]) => lockstep(args, workspace, { XDG_STATE_HOME: folder });
    const list = async (): Promise<Listed[]> => {
      const { stdout } = await command('deployments', '--json');
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Listed);
    };
    const write = (name: string, text: string): string => {
      writeFileSync(join(workspace, name), text);
      return name;
    };
    try {
      await body({ workspace, scratch, write, command, list });
      for (const { name } of await list()) assert.equal((await command('undeploy', name)).code, 0);
      await removeState(join(folder, 'lockstep'));
    } finally {
      for (const path of [workspace, scratch]) rmSync(path, { recursive: true, force: true });
    }
  });
}

/** The folders of the records stay when the last one goes; all else in them has to be gone. */
async function removeState(state: string): Promise<void> {
  await until('no run directory is left', () => readdirSync(state).join() === 'deployments');
  rmdirSync(join(state, 'deployments'));
  rmdirSync(state);
}
