import { createRequire } from 'node:module';
import { join } from 'node:path';

/** As much of koffi as is used: functions of the C library and of others. */
export interface Koffi {
  load(library: string | null, options?: { global?: boolean; lazy?: boolean }): KoffiLibrary;
  address(pointer: unknown): bigint;
  view(address: bigint, bytes: number): ArrayBuffer;
  errno(): number;
}

/** A library that koffi has loaded. */
export interface KoffiLibrary {
  func(prototype: string): NativeFunction;
  symbol(name: string): unknown;
}

/** A function of such a library, called here or, with `async`, on a thread of the pool. */
export interface NativeFunction {
  (...args: unknown[]): number | bigint;
  async(...args: [...unknown[], (error: unknown, result: number | bigint) => void]): void;
}

/** Set to `off`, it makes nodes do without any native calls, as where there is no binary for their platform. */
const variable = 'LOCKSTEP_NATIVE';

/** Loads koffi's binary, which lies beside the bundles in this folder; throws an Error where there is none. */
export function loadKoffi(folder: string): Koffi {
  if (process.env[variable] === 'off') throw new Error(`${variable} is off`);
  return createRequire(__filename)(join(folder, 'koffi.node')) as Koffi;
}
