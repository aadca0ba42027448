import { inspect } from 'node:util';
import {
  type CommunicationStops,
  debugHelpersSymbol,
  type DebugHelpers,
  type OpenMessages,
} from '../protocol/debug';

/**
 * Offers what breakpoint conditions and logpoints need to evaluated code, under a symbol that no program meets by
 * accident. The names `rank` and `size` become visible only when a debugger is attached (see node/inspectorBridge).
 */
export function installDebugHelpers(
  rank: number,
  size: number,
  print: (text: string) => void,
  messages: OpenMessages,
  stops: CommunicationStops,
): DebugHelpers {
  const hits = new Map<number, number>();
  const helpers: DebugHelpers = {
    rank,
    size,
    hit(breakpoint) {
      const count = (hits.get(breakpoint) ?? 0) + 1;
      hits.set(breakpoint, count);
      return count;
    },
    forget: (breakpoint) => void hits.delete(breakpoint),
    format: (value) => (typeof value === 'string' ? value : inspect(value)),
    log: print,
    messages,
    stops,
  };
  Object.defineProperty(globalThis, Symbol.for(debugHelpersSymbol), { value: helpers, enumerable: false });
  return helpers;
}
