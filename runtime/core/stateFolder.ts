/** Where the user's programs keep what outlives a login. */
import { mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const statePath = (): string =>
  join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'lockstep');

/** The folder of what is known of journals on other machines; nobody has made it. */
export const journalsPath = (): string => join(statePath(), 'journals');

const deploymentsPath = (): string => join(statePath(), 'deployments');

/** The user's folder for what outlives a login, made if it is not there. */
export function stateFolder(): string {
  return made(statePath());
}

/** The folder of the records of deployments, made if it is not there. */
export function deploymentsFolder(): string {
  return made(deploymentsPath());
}

/** Whether the user may have deployed anything; cheap, and makes nothing. */
export function mayHaveDeployments(): boolean {
  try {
    return readdirSync(deploymentsPath()).length > 0;
  } catch {
    return false;
  }
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
