/**
 * Start here: `startCoordinator` for a cluster of one's own, `findJobs` and `connect` for one that runs already.
 * May import: protocol, core, transport, launch.
 */
export { Client } from './client';
export { startCoordinator, type CoordinatorOptions } from './startCoordinator';
export { listSshHosts, type NamedHost } from '../launch/ssh/hostNames';
export { parseHosts } from '../launch/ssh/sshNames';
export { connect, findJobs, type FoundJob } from './findJobs';
export {
  connectDeployment,
  findDeployments,
  forgetDeployment,
  openDeployment,
  type FoundDeployment,
} from './deployments';
