/** A breakpoint's condition: an optional set of ranks, then an optional expression, as in `@0,2-3 && x > 3`. */
import { syntaxError } from './syntax';
import { ConditionError, RankSet } from './rankSet';

export interface Condition {
  ranks: RankSet;
  expression?: string;
}

const rankSetPattern = /^(\s*@)([\d\s,-]*)/;

/** Parses a condition. Throws {@link ConditionError} with the position of what is wrong. */
export function parseCondition(text: string | undefined): Condition {
  if (text === undefined || text.trim() === '') return { ranks: RankSet.all };
  const match = rankSetPattern.exec(text);
  if (!match) {
    checkExpression(text.trim(), text.length - text.trimStart().length);
    return { ranks: RankSet.all, expression: text.trim() };
  }
  const [whole, at = '', set = ''] = match;
  const rest = text.slice(whole.length);
  const ranks = RankSet.parse(set.trimEnd(), at.length);
  if (rest === '') return { ranks };
  if (!rest.startsWith('&&')) {
    throw new ConditionError(
      `expected "&&" or the end after the ranks, found "${rest.slice(0, 12)}"`,
      whole.length,
    );
  }
  const expression = rest.slice(2).trim();
  const position = whole.length + 2 + (rest.slice(2).length - rest.slice(2).trimStart().length);
  if (expression === '') throw new ConditionError('the expression after "&&" is missing', position);
  checkExpression(expression, position);
  return { ranks, expression };
}

/** The sentence shown at a breakpoint whose condition is wrong. */
export function describeConditionError(what: string, text: string, error: ConditionError): string {
  return `${what} "${text}": ${error.message} (at character ${error.position + 1}).`;
}

function checkExpression(expression: string, position: number): void {
  const problem = syntaxError(expression);
  if (problem) throw new ConditionError(problem, position);
}
