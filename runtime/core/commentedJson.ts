/** JSON as people write it in configuration files: comments and trailing commas are allowed, and kept by changes. */
import {
  findNodeAtLocation,
  type Node,
  parse,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser/lib/esm/main.js';

/** The value of a text; throws a SyntaxError that says what is wrong, and in which line and column. */
export function parseCommentedJson(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true, allowEmptyContent: false });
  const [error] = errors;
  if (!error) return value;
  const before = text.slice(0, error.offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const what = printParseErrorCode(error.error).replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  throw new SyntaxError(`${what.toLowerCase()} at line ${before.length}, column ${column}`);
}

/** A right text with a value set in an object that it has; nothing else is touched. */
export function setInJson(text: string, object: string[], key: string, value: unknown): string {
  const known = nodeAt(text, [...object, key]);
  if (!known) return insert(text, nodeAt(text, object), `${JSON.stringify(key)}: `, value);
  const formatted = format(value, text, known.offset);
  return text.slice(0, known.offset) + formatted + text.slice(known.offset + known.length);
}

/** A right text with a value more in a list that it has; nothing else is touched. */
export function appendInJson(text: string, list: string[], value: unknown): string {
  return insert(text, nodeAt(text, list), '', value);
}

const nodeAt = (text: string, path: string[]): Node | undefined => {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return tree && findNodeAtLocation(tree, path);
};

/** Adds to an object or a list, behind its last part and the comment that the part has on its line. */
function insert(text: string, parent: Node | undefined, prefix: string, value: unknown): string {
  if (!parent) throw new Error('there is no such object or list');
  const { offset, length, children = [] } = parent;
  const last = children.at(-1);
  const newLine = lineEndOf(text) + indentAt(text, last?.offset ?? offset);
  if (!last) {
    const closesAt = offset + length - 1;
    const comments = text.slice(0, closesAt).trimEnd();
    const unit = unitOf(text);
    return (
      comments + newLine + unit + prefix + format(value, text, offset, unit) + newLine + text.slice(closesAt)
    );
  }
  const end = last.offset + last.length;
  const { hasComma, restEnd } = restOf(text, end);
  const isOneLine = !text.slice(offset, offset + length).includes('\n');
  const added = (isOneLine ? ' ' : newLine) + prefix + format(value, text, last.offset);
  return hasComma
    ? `${text.slice(0, restEnd)}${added},${text.slice(restEnd)}`
    : `${text.slice(0, end)},${text.slice(end, restEnd)}${added}${text.slice(restEnd)}`;
}

/** Whether a comma follows a value, and where what belongs to the value ends: the comma, comments on its line. */
function restOf(text: string, valueEnd: number): { hasComma: boolean; restEnd: number } {
  const commaLength = /^(?:\s|\/\/.*|\/\*[^]*?\*\/)*,/.exec(text.slice(valueEnd))?.[0].length ?? 0;
  const lineStart = valueEnd + commaLength;
  const comments = /^(?:[ \t]*(?:\/\/.*|\/\*.*?\*\/))*/.exec(text.slice(lineStart))?.[0].trimEnd() ?? '';
  return { hasComma: commaLength > 0, restEnd: lineStart + comments.length };
}

/** A value in the layout of the text, as it is to stand at a place; `more` is what it is indented further. */
function format(value: unknown, text: string, at: number, more = ''): string {
  const lines = JSON.stringify(value, undefined, unitOf(text)).split('\n');
  return lines.join(lineEndOf(text) + indentAt(text, at) + more);
}

/** The indentation of the line of a place. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

const unitOf = (text: string): string => /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
const lineEndOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
