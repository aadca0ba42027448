import type { DebugProtocol } from '@vscode/debugprotocol';
import { debugHelpersSymbol } from '../../runtime/protocol/debug';
import { LockstepError } from '../../runtime/protocol/errors';
import { asArgument, evaluate } from '../values/context';
import { describeValue } from '../values/describe';
import type { DebuggedNode } from './debuggedNode';
import { mapStack } from './mapStack';

const slot = `globalThis[Symbol.for('${debugHelpersSymbol}')].error`;

/** Decides about an exception that a node stands at; in the expression it is called `error`. One that fails holds. */
export async function exceptionHolds(node: DebuggedNode, expression: string): Promise<boolean> {
  const { pause } = node;
  const error = pause?.raw.data;
  const frame = pause?.top;
  if (!pause || !error || !frame?.call) return true;
  const remember = `function (error) { ${slot} = error; }`;
  const self = frame.call.this.objectId ?? frame.call.scopeChain[0]?.object.objectId;
  await node.cdp
    .request('Runtime.callFunctionOn', {
      objectId: self,
      functionDeclaration: remember,
      arguments: [asArgument(error)],
    })
    .catch(() => undefined);
  const text = `((error) => (${expression}))(${slot})`;
  const answer = await evaluate({ node, pause, frame }, text).catch(() => undefined);
  return answer === undefined || Boolean(answer.value ?? answer.objectId);
}

/** What a node threw, for the client's view of it. */
export function exceptionInfo(node: DebuggedNode): DebugProtocol.ExceptionInfoResponse['body'] {
  const error = node.pause?.raw.data;
  if (!error) throw new LockstepError('nodeNotPaused', { rank: node.rank });
  const typeName = error.className ?? error.type;
  const text = error.subtype === 'error' ? (error.description ?? '') : describeValue(error);
  const end = text.indexOf('\n    at ');
  const message = (end < 0 ? text : text.slice(0, end)).replace(new RegExp(`^${typeName}: `), '');
  return {
    exceptionId: typeName,
    description: message,
    breakMode: error.uncaught ? 'unhandled' : 'always',
    details: {
      typeName,
      fullTypeName: typeName,
      message,
      stackTrace: end < 0 ? undefined : mapStack(text.slice(end + 1), node.scripts.values()),
    },
  };
}
