import type { DebugProtocol } from '@vscode/debugprotocol';
import { call, evaluate, type ValueContext } from './context';
import { listProperties } from './remoteFunctions';

/** What is typed: the value before the last dot, and the beginning of a name after it. */
export interface Typed {
  object?: string;
  start: string;
}

/** Reads what stands before the cursor; undefined where no name can be completed. */
export function typedAt(text: string): Typed | undefined {
  const start = /[\p{ID_Continue}$#]*$/u.exec(text)?.[0] ?? '';
  if (/^\d/.test(start)) return undefined;
  const before = text.slice(0, text.length - start.length).trimEnd();
  if (!before.endsWith('.') || before.endsWith('..')) return { start };
  const object = operandBefore(before.replace(/\?*\.$/, ''));
  return object === undefined ? undefined : { object, start };
}

const closing: Record<string, string> = { ')': '(', ']': '[' };

/** The member expression that a text ends with: names, dots, brackets and calls. */
function operandBefore(text: string): string | undefined {
  let position = text.length;
  while (position > 0) {
    const character = text[position - 1] as string;
    if (closing[character]) {
      const open = openingOf(text, position - 1);
      if (open === undefined) return undefined;
      position = open;
    } else if (/[\p{ID_Continue}$#.?'"`]/u.test(character)) position -= 1;
    else break;
  }
  const operand = text.slice(position).replace(/^\?+\.?/, '');
  return operand === '' ? undefined : operand;
}

function openingOf(text: string, end: number): number | undefined {
  let depth = 0;
  for (let position = end; position >= 0; position -= 1) {
    const character = text[position] as string;
    if (closing[character]) depth += 1;
    if (character === '(' || character === '[') depth -= 1;
    if (depth === 0) return position;
  }
  return undefined;
}

/** Names that can stand at the cursor, those of the innermost scope first. */
export async function completionsFor(
  context: ValueContext,
  { object, start }: Typed,
): Promise<DebugProtocol.CompletionItem[]> {
  const names =
    object === undefined
      ? await namesInScope(context)
      : await members(context, object).catch((): [string, string][] => []);
  const seen = new Set<string>();
  const items: DebugProtocol.CompletionItem[] = [];
  for (const [label, type] of names) {
    if (seen.has(label) || !label.toLowerCase().startsWith(start.toLowerCase())) continue;
    if (!/^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(label)) continue;
    seen.add(label);
    const order = String(items.length).padStart(5, '0');
    items.push({ label, type: type as DebugProtocol.CompletionItemType, sortText: order });
  }
  return items;
}

async function members(context: ValueContext, object: string): Promise<[string, string][]> {
  const value = await evaluate(context, object, { withoutSideEffects: true });
  const self = value.objectId
    ? value
    : await evaluate(context, `Object(${object})`, { withoutSideEffects: true });
  const names = await call(context, self, listProperties, [], true);
  return names.value as [string, string][];
}

async function namesInScope(context: ValueContext): Promise<[string, string][]> {
  const { node, frame } = context;
  const names: [string, string][] = [];
  const sourceNames = frame?.script.mapped?.namesOf(frame.source);
  for (const scope of frame?.call?.scopeChain ?? []) {
    if (scope.type === 'global' || !scope.object.objectId) continue;
    const { result } = await node.cdp.request('Runtime.getProperties', {
      objectId: scope.object.objectId,
      ownProperties: true,
    });
    for (const { name, value } of result) {
      if (/^(?:__|import_|require_)/.test(name)) continue;
      names.push([
        sourceNames?.originalOf(name) ?? name,
        value?.type === 'function' ? 'function' : 'variable',
      ]);
    }
  }
  for (const { name } of sourceNames?.imports() ?? []) names.push([name, 'variable']);
  const lexical = await node.cdp.request('Runtime.globalLexicalScopeNames', {});
  for (const name of lexical.names) names.push([name, 'variable']);
  return [...names, ...(await members({ node }, 'globalThis'))];
}
