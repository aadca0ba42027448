import { join } from 'node:path';

/** What the second bundle offers; see runtime.ts. */
export type Runtime = typeof import('./runtime');

let loaded: Runtime | undefined;

/** Loads the second bundle on the first call. */
export function loadRuntime(): Runtime {
  // A path that the bundler does not follow: the file lies beside this bundle in dist/.
  loaded ??= require(join(__dirname, 'runtime.js')) as Runtime;
  return loaded;
}
