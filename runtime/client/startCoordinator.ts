import type { Client } from './client';

export interface CoordinatorOptions {
  /** Folder whose `lockstep.json` names the clusters. */
  workspace: string;
  /** Node.js executable from the settings; absent: `node` on PATH, then the one that runs this process. */
  node?: string;
  /** Folder of the runtime's bundles (`coordinator.js`, `node.js`, `agent.js`). */
  distribution: string;
}

/** Starts a coordinator process that lives as long as the returned client. */
export declare function startCoordinator(options: CoordinatorOptions): Promise<Client>;
