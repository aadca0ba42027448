import { ConditionError } from './rankSet';

/** A hit condition as an expression over the number of hits `n`, say `n >= 5`. */
export type HitTest = (hits: string) => string;

const pattern = /^\s*(>=|<=|={1,3}|>|<|%)?\s*(\d{1,15})\s*$/;

/**
 * Parses a hit condition: `5` and `= 5` stop at the fifth hit, `>= 5`, `> 5`, `< 5`, `<= 5` compare, `% 3` stops at
 * every third. Throws {@link ConditionError}.
 */
export function parseHitCondition(text: string): HitTest {
  const match = pattern.exec(text);
  if (!match) throw new ConditionError('expected a number, or one of > >= < <= = % and a number', 0);
  const [, operator = '=', digits] = match;
  const number = Number(digits);
  if (operator === '%') {
    if (number === 0) throw new ConditionError('% 0 never stops', 0);
    return (hits) => `${hits} % ${number} === 0`;
  }
  return (hits) => `${hits} ${operator.startsWith('=') ? '===' : operator} ${number}`;
}
