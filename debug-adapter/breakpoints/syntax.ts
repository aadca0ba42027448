import { Script } from 'node:vm';

/** What is wrong with an expression's syntax, or undefined. The expression is compiled, never run. */
export function syntaxError(expression: string): string | undefined {
  // On a line of its own, so that a line comment in it cannot hide the parenthesis.
  try {
    new Script(`(\n${expression}\n)`);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  // `a) + (b` is balanced only between our parentheses.
  try {
    new Script(`void [\n${expression}\n]`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
