/** Checks of what a program passes to the calls; each throws a LockstepError that names the value and what it may be. */
import { ANY_SOURCE, ANY_TAG, maximumTag, PROC_NULL } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';

/** What the checks need to know of a communicator. */
interface Ranks {
  readonly name: string;
  readonly size: number;
}

/** A rank of the communicator; `name` is the parameter: destination, source, root. */
export function checkRank(
  operation: string,
  name: string,
  rank: number,
  { name: communicator, size }: Ranks,
): void {
  if (Number.isInteger(rank) && rank >= 0 && rank < size) return;
  throw new LockstepError('rankOutOfRange', {
    operation,
    name,
    value: show(rank),
    communicator,
    last: size - 1,
  });
}

/** A rank of the communicator or PROC_NULL. */
export function checkDestination(operation: string, destination: number, ranks: Ranks): void {
  if (destination !== PROC_NULL) checkRank(operation, 'destination', destination, ranks);
}

/** A rank of the communicator, ANY_SOURCE or PROC_NULL. */
export function checkSource(operation: string, source: number, ranks: Ranks): void {
  if (source !== ANY_SOURCE && source !== PROC_NULL) checkRank(operation, 'source', source, ranks);
}

/** A tag to send with. */
export function checkTag(operation: string, tag: number): void {
  if (Number.isInteger(tag) && tag >= 0 && tag <= maximumTag) return;
  throw new LockstepError('badTag', { operation, value: show(tag), last: maximumTag });
}

/** A tag to receive, or ANY_TAG. */
export function checkTagOrAny(operation: string, tag: number): void {
  if (tag !== ANY_TAG) checkTag(operation, tag);
}

/** An array with one element for each rank. */
export function checkCount(operation: string, array: unknown, { name, size }: Ranks): void {
  const isArray = Array.isArray(array) || (ArrayBuffer.isView(array) && !(array instanceof DataView));
  const length = isArray ? (array as ArrayLike<unknown>).length : undefined;
  if (length === size) return;
  const given = length === undefined ? show(array) : `an array of ${length}`;
  throw new LockstepError('badCount', {
    operation,
    problem: `it takes an array with one element for each of the ${size} ranks of ${name}, and got ${given}`,
  });
}

/** A value for an error message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
