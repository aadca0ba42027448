/** `globalThis[Symbol.for(apiSymbol)]` is where a bundled program finds the module `lockstep`. */
export const apiSymbol = 'lockstep.api';
