import type { DebugProtocol } from '@vscode/debugprotocol';
import { debugHelpersSymbol } from '../../runtime/protocol/debug';
import { LockstepError } from '../../runtime/protocol/errors';
import type { JobFailure } from '../../runtime/protocol/job';
import { asArgument, call, evaluate, type RemoteObject } from '../values/context';
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

type ExceptionInfo = DebugProtocol.ExceptionInfoResponse['body'];

/** What a node is stopped at that ends the job, or what it threw, for the client's view of it. */
export async function exceptionInfo(node: DebuggedNode): Promise<ExceptionInfo> {
  if (node.deadlock) return deadlockInfo(node.deadlock);
  if (node.abort) return { exceptionId: 'Abort', description: node.abort.text, breakMode: 'unhandled' };
  const error = node.pause?.raw.data;
  if (!error) throw new LockstepError('nodeNotPaused', { rank: node.rank });
  const className = error.className ?? error.type;
  const typeName = (await errorCode(node, error)) ?? className;
  const text = error.subtype === 'error' ? (error.description ?? '') : describeValue(error);
  const end = text.indexOf('\n    at ');
  const message = (end < 0 ? text : text.slice(0, end)).replace(new RegExp(`^${className}: `), '');
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

/** An error of the runtime says by its code what it is. */
async function errorCode(node: DebuggedNode, error: RemoteObject): Promise<string | undefined> {
  if (error.className !== 'LockstepError') return undefined;
  const code = await call({ node }, error, 'function () { return this.code; }').catch(() => undefined);
  return typeof code?.value === 'string' ? code.value : undefined;
}

/** The explanation, and the line of each node that has part in it. */
function deadlockInfo({ error, places = [] }: JobFailure): ExceptionInfo {
  const typeName = 'Deadlock';
  const message = error.message.replace(/^Deadlock: /, '');
  const lines = places.map(
    ({ at, text }) =>
      `    ${text.replace(/ here\.$/, '')}${at ? ` at ${at.file}:${at.line}:${at.column}` : ''}`,
  );
  return {
    exceptionId: typeName,
    description: message.charAt(0).toUpperCase() + message.slice(1),
    breakMode: 'unhandled',
    details: { typeName, fullTypeName: typeName, message, stackTrace: lines.join('\n') },
  };
}
