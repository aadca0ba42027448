import { debugHelpersSymbol } from '../../runtime/protocol/debug';
import type { RemoteObject, ValueContext } from './context';

/**
 * The words that objects have for themselves: a method under Symbol.for('debug.description'), as other JavaScript
 * debuggers know it, or Node.js' own Symbol.for('nodejs.util.inspect.custom'). Null for what has none.
 */
const describeAll = `function (...objects) {
  const words = (object) => {
    try {
      if (typeof object[Symbol.for('debug.description')] === 'function')
        return String(object[Symbol.for('debug.description')]());
      if (typeof object[Symbol.for('nodejs.util.inspect.custom')] === 'function')
        return globalThis[Symbol.for('${debugHelpersSymbol}')].format(object).replace(/\\s*\\n\\s*/g, ' ');
    } catch {}
    return null;
  };
  return objects.map(words);
}`;

/** Only objects of classes can have words of their own; those that the engine knows are described by it. */
const mayDescribeItself = ({ type, subtype, className, objectId }: RemoteObject): boolean =>
  type === 'object' && subtype === undefined && objectId !== undefined && className !== 'Object';

/** The values, each with its own words as its description where it has some; one request for all of them. */
export async function withOwnDescriptions<T extends { value?: RemoteObject }>(
  { node }: ValueContext,
  found: readonly T[],
): Promise<T[]> {
  const objects = found.flatMap(({ value }) => (value && mayDescribeItself(value) ? [value] : []));
  const [first] = objects;
  if (!first) return [...found];
  const { result } = await node.cdp.request('Runtime.callFunctionOn', {
    objectId: first.objectId,
    functionDeclaration: describeAll,
    arguments: objects.map(({ objectId }) => ({ objectId })),
    returnByValue: true,
    silent: true,
  });
  const words = new Map(objects.map((object, index) => [object, (result.value as (string | null)[])[index]]));
  return found.map((each) => {
    const description = each.value && words.get(each.value);
    return description ? { ...each, value: { ...each.value, description, preview: undefined } } : each;
  });
}
