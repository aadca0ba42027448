/**
 * The runtime's client and the debug adapter: a bundle of its own (`dist/runtime.js`), loaded when they are first
 * needed, so that the editor does not pay for them at start.
 */
export { LockstepDebugAdapter } from '../debug-adapter';
export { Client, connect, findJobs, startCoordinator } from '../runtime/client';
