import type { HeapGraph } from './heapGraph';

/** How V8's snapshots call the object that keeps an async function (or a generator) while it is suspended. */
const suspended = 'Generator';
/** What lies between a promise and the functions that await it, by the names in snapshots; a closure of V8's own has none. */
const between = /^(?:Promise|system \/ (?:PromiseReaction|PromiseCapability|Context)|Array|)$/;

/**
 * The async functions that are suspended, innermost first: the more of them wait for a function's result, the further in it is.
 *
 * From each function's promise, the reactions to that promise are followed, through `Promise.all` and the like, until they
 * come to other functions. Named variables of the program are not followed: they say who knows a promise, not who awaits it.
 * Cost: one pass over the objects of the heap, and one search from each suspended function through what reacts to it.
 */
export function suspendedFunctions(graph: HeapGraph): number[] {
  const functions: number[] = [];
  for (let object = 0; object < graph.size; object += 1) {
    if (graph.nameOf(object) === suspended && promiseOf(graph, object) !== undefined) functions.push(object);
  }
  return functions
    .map((object) => ({ object, depth: awaiting(graph, object).size }))
    .sort((a, b) => b.depth - a.depth)
    .map(({ object }) => object);
}

/** The promise of an async function's result, which a generator does not have. */
function promiseOf(graph: HeapGraph, object: number): number | undefined {
  return graph.edgesOf(object).find(({ type, to }) => type === 'hidden' && graph.nameOf(to) === 'Promise')
    ?.to;
}

/** The functions that await a function's result, or the result of one that does. */
function awaiting(graph: HeapGraph, object: number): Set<number> {
  const found = new Set<number>();
  const seen = new Set<number>();
  const open = [promiseOf(graph, object)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { type, name, to } of graph.edgesOf(next)) {
      if ((type !== 'hidden' && type !== 'internal') || name === 'previous') continue;
      const isFunction = graph.nameOf(to) === suspended && to !== object;
      if (isFunction) {
        found.add(to);
        open.push(promiseOf(graph, to));
      } else if (between.test(graph.nameOf(to))) open.push(to);
    }
  }
  return found;
}
