import type { Hash } from 'node:crypto';
import type { Packed } from './wire';

/** Adds a packed value to a hash: equal values give the same, different ones another. */
export function digestPacked(hash: Hash, packed: Packed): void {
  if (typeof packed === 'string') {
    hash.update(`string ${packed.length} `);
    hash.update(packed, 'utf16le');
  } else if (typeof packed !== 'object' || packed === null) {
    hash.update(`${typeof packed} ${Object.is(packed, -0) ? '-0' : String(packed)} `);
  } else {
    const [kind, ...parts] = packed;
    hash.update(`payload ${kind} ${parts.map(({ length }) => length).join(' ')};`);
    for (const part of parts) hash.update(part);
  }
}
