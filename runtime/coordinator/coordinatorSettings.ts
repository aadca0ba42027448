import type { DeploymentContext } from './deployment/deployment';

/** What a coordinator is told when it starts. */
export interface CoordinatorSettings {
  /** Working directory, or the workspace folder: where `lockstep.json` is looked for once it is not above the program. */
  workspace: string;
  /** Node.js for the nodes, from the user's settings. */
  node?: string;
  /** Folder of the runtime's bundles. */
  distribution: string;
  version: string;
  /** NODE_EXTRA_CA_CERTS of whoever starts it, for the nodes. */
  authorities?: string;
  /** Set where the coordinator outlives whoever starts it. */
  deployment?: DetachedSettings;
}

interface DetachedSettings {
  /** Name of the deployment. */
  name: string;
  /** Where its run directory lies. */
  folder: string;
}

/** What becomes of a detached coordinator's deployment and clients. */
export interface DetachedEvents {
  onSettled: DeploymentContext['onSettled'];
  onClientGone(): void;
}
