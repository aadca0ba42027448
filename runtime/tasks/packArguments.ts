import type { CallDigest } from './journal/callDigest';
import { inlineArgumentBytes } from './messages';
import type { SharedArguments } from './sharedArguments';
import { Shared, Task } from './taskHandle';
import type { TaskCall } from './taskState';
import { argumentKinds, pack, type Packed, packedBytes, type PackedArgument } from './wire';

/** A call of a task as it travels, and what it takes. */
export interface PackedCall extends TaskCall {
  /** Ids of the tasks whose results it takes, each once, in the order in which arguments name them. */
  dependencies: number[];
}

/**
 * Packs a task's arguments: results of other tasks by name, large values by their content. What they are is told to `digest`.
 * Throws `notClonable`.
 */
export function packArguments(
  args: readonly unknown[],
  name: string,
  sharedArguments: SharedArguments,
  digest?: CallDigest,
): PackedCall {
  const dependencies: number[] = [];
  const shared: string[] = [];
  let bytes = 0;

  const travel = (packed: Packed, isNamed: boolean): PackedArgument => {
    const size = packedBytes(packed);
    bytes += size;
    if (size <= inlineArgumentBytes) {
      if (isNamed) digest?.value(packed);
      return packed;
    }
    const hash = sharedArguments.use(packed);
    if (isNamed) digest?.shared(hash);
    shared.push(hash);
    return [argumentKinds.shared, hash];
  };

  const packOne = (value: unknown): PackedArgument => {
    if (value instanceof Task) {
      digest?.task(value.state.key);
      if (value.state.isHere) return travel(value.state.value, false);
      const known = dependencies.indexOf(value.id);
      if (known < 0) dependencies.push(value.id);
      return [argumentKinds.input, known < 0 ? dependencies.length - 1 : known];
    }
    if (value instanceof Shared) {
      sharedArguments.useAgain(value.hash);
      digest?.shared(value.hash);
      shared.push(value.hash);
      return [argumentKinds.shared, value.hash];
    }
    if (Array.isArray(value) && value.some((each) => each instanceof Task || each instanceof Shared)) {
      digest?.list(value.length);
      return [argumentKinds.list, value.map(packOne)];
    }
    return travel(pack(value, name), true);
  };

  return { args: args.map(packOne), dependencies, shared, bytes };
}
