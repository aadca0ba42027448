/**
 * The runtime's client, the debug adapter, and what finds the machines of a lab: a bundle of its own (`dist/runtime.js`), loaded when they are first
 * needed, so that the editor does not pay for them at start.
 */
export { LockstepDebugAdapter } from '../debug-adapter';
export {
  Client,
  connect,
  connectDeployment,
  findDeployments,
  findJobs,
  forgetDeployment,
  listSshHosts,
  openDeployment,
  parseHosts,
  startCoordinator,
} from '../runtime/client';
export { changeConfigurationFile, withHost, withHosts } from '../runtime/core/configurationChanges';
export { browse, createLabToken, isLabToken, labTokenFile, saveLabToken } from '../runtime/discovery';
