import { syntaxError } from '../breakpoints/syntax';
import type { Position } from '../sources/sourceMap';
import type { SourceNames } from '../sources/sourceNames';

/** Identifiers that are not a member's name; `...x` is no member. */
const identifier = /(?<!(?<!\.\.)\.\s*)(?<![\p{ID_Continue}$#])[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
const assignment =
  /^\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:=(?![=>])|[-+*/%&|^]=|\*\*=|<<=|>>>?=|&&=|\|\|=|\?\?=|\+\+|--)/u;

/**
 * Fits an expression of the source to the script it runs in, at a place of the script: names that the bundler has
 * changed become parameters, so that JavaScript's own scoping decides what they mean inside the expression.
 */
export function translate(expression: string, names: SourceNames, at: Position): string {
  const head = assignment.exec(expression)?.[1];
  const renamedHead = head && names.generatedOf(head, at);
  const text = renamedHead ? expression.replace(head, renamedHead) : expression;

  const changed = new Map<string, string>();
  for (const [name] of text.matchAll(identifier)) {
    const generated = names.generatedOf(name, at);
    if (generated && name !== renamedHead) changed.set(name, generated);
  }
  if (changed.size === 0 || syntaxError(text)) return text;
  return `((${[...changed.keys()].join(', ')}) => (\n${text}\n))(${[...changed.values()].join(', ')})`;
}
