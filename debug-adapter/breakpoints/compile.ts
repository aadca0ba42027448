/**
 * Turns what the user wrote at a breakpoint into one expression that the node's inspector evaluates in place, so
 * that a hot loop makes no round trip to the adapter.
 */
import { debugHelpersSymbol } from '../../runtime/protocol/debug';
import type { HitTest } from './hitCondition';
import type { LogPiece } from './logMessage';

export interface CompiledParts {
  /** Number of the breakpoint, under which the node counts hits. */
  id: number;
  expression?: string;
  hits?: HitTest;
  log?: LogPiece[];
  /** Where the breakpoint is, for the message about a condition that throws. */
  place: string;
}

const helpers = `globalThis[Symbol.for('${debugHelpersSymbol}')]`;

/** The inspector's condition; undefined when the breakpoint always stops. `translate` fits names to the bundle. */
export function compileCondition(
  { id, expression, hits, log, place }: CompiledParts,
  translate: (expression: string) => string,
): string | undefined {
  const tests: string[] = [];
  if (expression) tests.push(guarded(translate(expression), id, place));
  if (hits) tests.push(`(${hits(`${helpers}.hit(${id})`)})`);
  if (log) tests.push(`(${helpers}.log(${logText(log, translate)}), false)`);
  return tests.length > 0 ? tests.join(' && ') : undefined;
}

/** A condition that throws is no hit; the node says so once. Negative numbers count such failures. */
function guarded(expression: string, id: number, place: string): string {
  const told = `${helpers}.hit(${-id}) === 1 && ${helpers}.log(${JSON.stringify(`The condition of the breakpoint at ${place} failed: `)} + $lockstepError)`;
  return `(() => { try { return (\n${expression}\n) } catch ($lockstepError) { ${told}; return false } })()`;
}

/** Each expression is shown as the console shows it; one that throws shows its error. */
function logText(pieces: LogPiece[], translate: (expression: string) => string): string {
  const parts = pieces.map((piece) =>
    'text' in piece ? JSON.stringify(piece.text) : shown(translate(piece.expression)),
  );
  return `[${parts.join(', ')}].join('')`;
}

function shown(expression: string): string {
  return `(() => { try { return ${helpers}.format(\n${expression}\n) } catch ($lockstepError) { return '<' + $lockstepError + '>' } })()`;
}
