/** Completion of several requests (MPI standard 4.0, section 3.7.5), with the names of mpi4py's `Request`. */
import type { Request } from './request';
import { waitFor } from './requestWait';
import type { Status } from './status';

/** Requests of any values. */
export type Requests = readonly Request<unknown>[];

/** The values that requests bring, in their order. */
export type ValuesOf<R extends Requests> = {
  -readonly [K in keyof R]: R[K] extends Request<infer T> ? T : never;
};
type ValueOf<R extends Requests> = ValuesOf<R>[number];

/**
 * Blocks until all requests have completed.
 *
 * @param requests any number of them, sends and receives
 * @param statuses is filled: `statuses[i]` tells of `requests[i]`
 * @returns their values, in their order; `undefined` for sends
 * @throws LockstepError `truncated`, `typeMismatch` for a receive into a buffer that does not fit
 * @example
 * const [left, right] = waitAll([world.irecv<number>(l), world.irecv<number>(r), world.isend(x, l), world.isend(x, r)]);
 */
export function waitAll<const R extends Requests>(requests: R, statuses?: Status[]): ValuesOf<R> {
  block('waitAll', 'all', requests, () => requests.every(isDone));
  // All are taken before the first one's error is thrown.
  const failures: unknown[] = [];
  const values = requests.map((request, i) => {
    try {
      return request.conclude(statuses?.[i]);
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  });
  if (failures.length > 0) throw failures[0];
  return values as ValuesOf<R>;
}

/**
 * Blocks until one of the requests has completed that were not taken before, and takes it.
 *
 * @param requests any number of them; those whose value was taken already are passed over
 * @param status is filled with the message's source, tag and size
 * @returns which one, and its value; index -1 if there was none left
 * @throws LockstepError `truncated`, `typeMismatch` for a receive into a buffer that does not fit
 * @example
 * for (let left = requests.length; left > 0; left -= 1) {
 *   const [index, part] = waitAny(requests);
 *   use(index, part);
 * }
 */
export function waitAny<const R extends Requests>(
  requests: R,
  status?: Status,
): [index: number, value: ValueOf<R> | undefined] {
  block('waitAny', 'any', requests, () => requests.some(isReady) || !requests.some(isActive));
  return takeAny(requests, status) ?? [-1, undefined];
}

/**
 * Blocks until at least one of the requests has completed that were not taken before, and takes all that have.
 *
 * @param requests any number of them; those whose value was taken already are passed over
 * @param statuses is filled: `statuses[k]` tells of the k-th request that was taken
 * @returns which ones, and their values; none if there was none left
 * @throws LockstepError `truncated`, `typeMismatch` for a receive into a buffer that does not fit
 */
export function waitSome<const R extends Requests>(
  requests: R,
  statuses?: Status[],
): [indices: number[], values: ValueOf<R>[]] {
  block('waitSome', 'any', requests, () => requests.some(isReady) || !requests.some(isActive));
  return takeSome(requests, statuses);
}

/**
 * The values of all requests if all have completed, else `undefined`; never waits.
 *
 * @throws LockstepError `truncated`, `typeMismatch` for a receive into a buffer that does not fit
 */
export function testAll<const R extends Requests>(requests: R, statuses?: Status[]): ValuesOf<R> | undefined {
  look('testAll', requests);
  return requests.every(isDone) ? waitAll(requests, statuses) : undefined;
}

/**
 * Takes a request that has completed, as `waitAny` does, or answers `undefined` if none has; never waits.
 *
 * @throws LockstepError `truncated`, `typeMismatch` for a receive into a buffer that does not fit
 */
export function testAny<const R extends Requests>(
  requests: R,
  status?: Status,
): [index: number, value: ValueOf<R> | undefined] | undefined {
  look('testAny', requests);
  return takeAny(requests, status) ?? (requests.some(isActive) ? undefined : [-1, undefined]);
}

/**
 * Takes all requests that have completed, as `waitSome` does; never waits.
 *
 * @throws LockstepError `truncated`, `typeMismatch` for a receive into a buffer that does not fit
 */
export function testSome<const R extends Requests>(
  requests: R,
  statuses?: Status[],
): [indices: number[], values: ValueOf<R>[]] {
  look('testSome', requests);
  return takeSome(requests, statuses);
}

const isActive = (request: Request<unknown>): boolean => request.active;
/** Completed, and not taken yet. */
const isReady = (request: Request<unknown>): boolean =>
  request.operation?.done === true || request.operation?.failure !== undefined;
/** Needs no more waiting. */
const isDone = (request: Request<unknown>): boolean =>
  request.operation?.done !== false || request.operation.failure !== undefined;

function block(operation: string, needs: 'all' | 'any', requests: Requests, done: () => boolean): void {
  const engine = requests[0]?.engine;
  if (engine === undefined) return;
  const wait = waitFor(operation, needs, requests);
  engine.recorder?.begin(wait);
  engine.blockUntil(done, wait);
  engine.recorder?.end();
}

function look(operation: string, requests: Requests): void {
  requests[0]?.engine.progress(waitFor(operation, 'all', requests));
}

function takeAny<R extends Requests>(
  requests: R,
  status: Status | undefined,
): [index: number, value: ValueOf<R>] | undefined {
  const index = requests.findIndex(isReady);
  if (index < 0) return undefined;
  return [index, requests[index]?.conclude(status) as ValueOf<R>];
}

function takeSome<R extends Requests>(
  requests: R,
  statuses: Status[] | undefined,
): [indices: number[], values: ValueOf<R>[]] {
  const indices = requests.flatMap((request, index) => (isReady(request) ? [index] : []));
  const values = indices.map((index, k) => requests[index]?.conclude(statuses?.[k]) as ValueOf<R>);
  return [indices, values];
}
