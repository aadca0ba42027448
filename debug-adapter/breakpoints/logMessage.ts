import { ConditionError } from './rankSet';
import { syntaxError } from './syntax';

/** The pieces of a logpoint's message: text as it is, and expressions in braces. */
export type LogPiece = { text: string } | { expression: string };

/**
 * Splits `x = {x}, map = {new Map([[1, {a: 2}]])}` into text and expressions; `\{` is a brace. Throws
 * {@link ConditionError}.
 */
export function parseLogMessage(message: string): LogPiece[] {
  const pieces: LogPiece[] = [];
  let text = '';
  let position = 0;
  while (position < message.length) {
    const character = message[position] as string;
    if (character === '\\' && /[{}\\]/.test(message[position + 1] ?? '')) {
      text += message[position + 1];
      position += 2;
    } else if (character === '{') {
      const { expression, end } = expressionAt(message, position);
      if (text) pieces.push({ text });
      text = '';
      pieces.push({ expression });
      position = end;
    } else {
      text += character;
      position += 1;
    }
  }
  if (text) pieces.push({ text });
  return pieces;
}

/** The shortest text between braces that is an expression: braces and strings inside it need no lexer of ours. */
function expressionAt(message: string, start: number): { expression: string; end: number } {
  let problem = 'the closing brace is missing';
  for (let end = message.indexOf('}', start); end >= 0; end = message.indexOf('}', end + 1)) {
    const expression = message.slice(start + 1, end).trim();
    const wrong = expression === '' ? 'the expression is missing' : syntaxError(expression);
    if (wrong === undefined) return { expression, end: end + 1 };
    problem = wrong;
  }
  throw new ConditionError(problem, start);
}
