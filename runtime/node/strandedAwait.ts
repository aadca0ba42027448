/**
 * Finds the line of an `await` that nothing will ever end. V8 keeps no list of what is awaited, and to note each `await` would
 * cost every program. But a function that awaits lies in the heap with the place that it goes on at. So the agent thread
 * takes a heap snapshot of its main thread, once, when that has nothing to do any more, and looks for such functions.
 *
 * Cost: about 0.15 s and twice the heap's size, for a small program. A large heap is left alone.
 */
import { type Debugger, type HeapProfiler, type Runtime, Session } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SourceLocation, Wait } from '../protocol/node';
import { HeapGraph, type HeapSnapshot } from './heapGraph';
import { ProgramPlaces } from './programPlaces';
import type { StatusBlock } from './statusBlock';
import { suspendedFunctions } from './suspendedFunctions';

/** Above this, copying the heap takes too long and too much. */
const largestHeapBytes = 128 << 20;
const patienceMs = 10_000;

export class StrandedAwait {
  private known: { stranded: number; at?: SourceLocation } | undefined;

  /** The wait with the line that it is in, if that has been found. */
  placed(wait: Wait): Wait {
    const { known } = this;
    if (wait.stranded === undefined || wait.stranded !== known?.stranded || !known.at) return wait;
    return { ...wait, at: known.at };
  }

  /** Looks for the line of a wait, if it is in vain and new; true if it was found now. */
  async find(wait: Wait | undefined, bundle: string, status: Pick<StatusBlock, 'counter'>): Promise<boolean> {
    const { stranded } = wait ?? {};
    if (stranded === undefined || stranded === this.known?.stranded) return false;
    this.known = { stranded };
    if (status.counter('heapUsed') > largestHeapBytes) return false;
    const late = new AbortController();
    const at = await Promise.race([
      placeOfAwait(bundle).catch(() => undefined),
      delay(patienceMs, undefined, { signal: late.signal }),
    ]);
    late.abort();
    this.known = { stranded, at };
    return at !== undefined;
  }
}

/** Where in the program's sources the innermost of its functions awaits; undefined where none is found. */
async function placeOfAwait(bundle: string): Promise<SourceLocation | undefined> {
  const session = new Session();
  session.connectToMainThread();
  const ask = <T>(method: string, params: object = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error, result) => (error ? reject(error) : resolve(result as T)));
    });
  try {
    const scripts = new Set<string>();
    session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
      if (pathOf(url) === bundle) scripts.add(scriptId);
    });
    await ask('Debugger.enable');
    const chunks: string[] = [];
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ params }) => chunks.push(params.chunk));
    await ask('HeapProfiler.enable');
    await ask('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    const graph = new HeapGraph(JSON.parse(chunks.join('')) as HeapSnapshot);
    for (const each of suspendedFunctions(graph)) {
      const place = await suspendedAt(graph.idOf(each), ask);
      if (place && scripts.has(place.scriptId)) {
        return new ProgramPlaces(bundle).of(place.lineNumber, place.columnNumber ?? 0);
      }
    }
    return undefined;
  } finally {
    session.disconnect();
  }
}

/** The place that a suspended function goes on at. */
async function suspendedAt(
  objectId: string,
  ask: <T>(method: string, params: object) => Promise<T>,
): Promise<Debugger.Location | undefined> {
  const { result } = await ask<HeapProfiler.GetObjectByHeapObjectIdReturnType>(
    'HeapProfiler.getObjectByHeapObjectId',
    { objectId },
  );
  const { internalProperties = [] } = await ask<Runtime.GetPropertiesReturnType>('Runtime.getProperties', {
    objectId: result.objectId,
  });
  const location = internalProperties.find(({ name }) => name === '[[GeneratorLocation]]');
  return location?.value?.value as Debugger.Location | undefined;
}

const pathOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url);
