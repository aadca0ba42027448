import { LockstepError } from '../protocol/errors';

/** The search for the path gives up after this many objects; the error then names the thing alone. */
const objectsSearched = 100_000;

/** The error for a value that holds something that cannot travel; names what it is and where it lies. */
export function notClonable(operation: string, root: unknown, culprit: unknown): LockstepError {
  const what = describe(culprit);
  const path = root === culprit ? '' : pathTo(root, culprit);
  const problem =
    root === culprit ? `it is ${what}` : `there is ${what}${path === undefined ? ' in it' : ` at ${path}`}`;
  return new LockstepError('notClonable', { operation, problem });
}

function describe(culprit: unknown): string {
  if (typeof culprit === 'function') return 'a function';
  if (typeof culprit === 'symbol') return 'a symbol';
  const name = Object.prototype.toString.call(culprit).slice('[object '.length, -1);
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`;
}

/** The shortest way from `root` to `culprit`, as one would write it: `.handlers[0]`. */
function pathTo(root: unknown, culprit: unknown): string | undefined {
  const queue: [object: object, path: string][] = isObject(root) ? [[root, '']] : [];
  const seen = new Set<object>();
  let searched = 0;
  // The queue grows while it is gone through.
  for (const [object, path] of queue) {
    if (++searched > objectsSearched) break;
    for (const [step, value] of stepsOf(object)) {
      if (value === culprit) return path + step;
      if (!isObject(value) || seen.has(value)) continue;
      seen.add(value);
      queue.push([value, path + step]);
    }
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function* stepsOf(object: object): Generator<[step: string, value: unknown]> {
  if (object instanceof Map) {
    for (const [key, value] of object) {
      const name = typeof key === 'string' ? JSON.stringify(key) : typeof key === 'number' ? key : '…';
      yield [`.get(${name})`, value];
      yield ['.keys()', key];
    }
  } else if (object instanceof Set) {
    for (const value of object) yield ['.values()', value];
  } else if (!ArrayBuffer.isView(object)) {
    if (object instanceof Error) yield ['.cause', object.cause];
    for (const key of Object.keys(object))
      yield [stepTo(object, key), (object as Record<string, unknown>)[key]];
  }
}

function stepTo(object: object, key: string): string {
  if (Array.isArray(object)) return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
