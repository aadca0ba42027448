import type { DebugProtocol } from '@vscode/debugprotocol';
import { RankSet } from '../breakpoints/rankSet';
import { call, evaluate, type RemoteObject, type ValueContext } from './context';
import { describeValue } from './describe';
import { withOwnDescriptions } from './ownDescription';
import { copyText } from './remoteFunctions';
import type { Values, VariableContainer } from './variableContainer';

type EvaluateBody = DebugProtocol.EvaluateResponse['body'];

/** Evaluates for a hover, a watch, the console or the clipboard. */
export async function evaluateFor(
  store: Values,
  context: ValueContext,
  expression: string,
  purpose: string,
  hex: boolean,
): Promise<EvaluateBody> {
  const value = await evaluate(context, expression, { withoutSideEffects: purpose === 'hover' });
  if (purpose === 'clipboard') return { result: await textOf(context, value), variablesReference: 0 };
  const [described = { value }] = await withOwnDescriptions(context, [{ value }]);
  const { value: result, ...shown } = store.show(context, described.value, hex, expression);
  return { result, ...shown };
}

/** `@0,2-3 expression`: an expression for several nodes. */
const severalNodes = /^\s*@([\d\s,-]+?)(?:&&|\s)\s*(?=\D)(.+)$/s;

/** Reads `@0,2-3 expression`; undefined for a plain expression. Throws ConditionError for a wrong rank set. */
export function forSeveralNodes(expression: string): { ranks: RankSet; expression: string } | undefined {
  const match = severalNodes.exec(expression);
  if (!match) return undefined;
  return {
    ranks: RankSet.parse(match[1] as string, expression.indexOf('@') + 1),
    expression: match[2] as string,
  };
}

/** Evaluates on several nodes: one line for each node, each with its value in it. */
export async function evaluateOnNodes(
  store: Values,
  contexts: readonly ValueContext[],
  expression: string,
  hex: boolean,
): Promise<EvaluateBody> {
  const values = await Promise.all(
    contexts.map(async (context): Promise<[ValueContext, RemoteObject]> => {
      const value = await evaluate(context, expression).catch((error: Error): RemoteObject => ({
        type: 'object',
        subtype: 'error',
        description: error.message,
      }));
      return [context, value];
    }),
  );
  const [first] = contexts;
  const result = values
    .map(([{ node }, value]) => `node ${node.rank}: ${describeValue(value, hex)}`)
    .join('\n');
  if (!first) return { result: 'no such node is there', variablesReference: 0 };
  const container: VariableContainer = {
    context: { node: first.node },
    list: (page) =>
      Promise.resolve(
        values.map(([context, value]) => ({
          name: `node ${context.node.rank}`,
          ...store.show(context, value, page.hex, undefined),
        })),
      ),
  };
  return { result, variablesReference: store.add(container) };
}

async function textOf(context: ValueContext, value: RemoteObject): Promise<string> {
  if (value.type === 'string') return String(value.value);
  if (!value.objectId || value.type === 'symbol') return describeValue(value);
  const text = await call(context, value, copyText, [], true).catch(() => undefined);
  return typeof text?.value === 'string' ? text.value : describeValue(value);
}
