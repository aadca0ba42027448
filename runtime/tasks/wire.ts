/** Arguments and results on their way between nodes. */
import { copyPayload, decode, encode } from '../core/codec';
import { payloadBytes } from '../protocol/envelope';

/** What needs no copy, because nobody can change it. */
type Primitive = string | number | bigint | boolean | null | undefined;

/** An encoded value: the kind of a payload, and its parts. */
type Encoded = readonly [kind: number, ...parts: Uint8Array[]];

/** A value as it was when it was packed: as it is where it cannot change, else encoded. */
export type Packed = Primitive | Encoded;

/** An argument: a value, a shared one by its hash, another task's result by its place among the inputs, or a list of such. */
export type PackedArgument =
  | Packed
  | readonly [kind: typeof argumentKinds.shared, hash: string]
  | readonly [kind: typeof argumentKinds.input, index: number]
  | readonly [kind: typeof argumentKinds.list, elements: readonly PackedArgument[]];

/** Kinds of arguments that are no payloads; those are 0 or more. */
export const argumentKinds = { shared: -1, input: -2, list: -3 } as const;

/** What lies behind arguments that are not values themselves. */
export interface ArgumentSources {
  shared(hash: string): Packed;
  input(index: number): Packed;
}

/** Packs a value; what the program changes in it later does not travel. Throws LockstepError `notClonable`. */
export function pack(value: unknown, operation: string): Packed {
  if (typeof value !== 'object' || value === null) {
    if (typeof value !== 'function' && typeof value !== 'symbol') return value as Primitive;
  }
  const { kind, parts } = copyPayload(encode(value, operation));
  return [kind, ...parts];
}

/** The value that was packed; each time a new copy. Throws LockstepError `malformed`. */
export function unpack(packed: Packed): unknown {
  if (typeof packed !== 'object' || packed === null) return packed;
  const [kind, ...parts] = packed;
  return decode({ kind, parts });
}

/** The value of an argument. */
export function unpackArgument(argument: PackedArgument, sources: ArgumentSources): unknown {
  if (typeof argument !== 'object' || argument === null) return argument;
  switch (argument[0]) {
    case argumentKinds.shared:
      return unpack(sources.shared(argument[1] as string));
    case argumentKinds.input:
      return unpack(sources.input(argument[1] as number));
    case argumentKinds.list:
      return (argument[1] as readonly PackedArgument[]).map((each) => unpackArgument(each, sources));
    default:
      return unpack(argument as Encoded);
  }
}

/** About so many bytes travel. */
export function packedBytes(packed: Packed): number {
  if (typeof packed === 'string') return packed.length;
  if (typeof packed !== 'object' || packed === null) return 8;
  const [kind, ...parts] = packed;
  return payloadBytes({ kind, parts });
}
