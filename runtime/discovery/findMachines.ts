import { setTimeout as delay } from 'node:timers/promises';
import { type Drops, type FoundMachine, hasLabels, type Labels } from '../protocol/discovery';
import { Browser } from './browser';
import { labTokenFile, readLabKey } from './labToken';
import { openNetwork } from './multicast';

export interface BrowseOptions {
  /** Name or address of the network interface to listen on; absent: all. */
  interface?: string;
  /** Absent: the user's own. */
  tokenFile?: string;
}

/** Listens for machines until disposed. Throws LockstepError: see `readLabKey`, `openNetwork`. */
export async function browse(options: BrowseOptions = {}): Promise<Browser> {
  const key = readLabKey(options.tokenFile ?? labTokenFile());
  return new Browser(key, await openNetwork(options.interface));
}

/** How long answers are waited for: who asks is answered within 100 ms, and asks three times. */
export const listenMs = 1500;

/** The machines with these labels that answer within a moment, and what was dropped meanwhile. */
export async function findMachines(
  labels: Labels,
  options: BrowseOptions & { waitMs?: number } = {},
): Promise<{ machines: FoundMachine[]; all: FoundMachine[]; drops: Drops }> {
  const browser = await browse(options);
  try {
    await delay(options.waitMs ?? listenMs);
    const all = browser.machines;
    return { machines: all.filter((machine) => hasLabels(machine, labels)), all, drops: browser.drops };
  } finally {
    browser.dispose();
  }
}
