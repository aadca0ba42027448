import { LockstepError } from '../../runtime/protocol/errors';
import type { Runtime } from '../cdp/protocol';
import { syntaxError } from '../breakpoints/syntax';
import type { DebuggedNode } from '../session/debuggedNode';
import type { Pause, ProgramFrame } from '../session/pause';
import { translate } from './translate';

export type RemoteObject = Runtime.RemoteObject;

/** Where a value lives and expressions about it are evaluated. */
export interface ValueContext {
  node: DebuggedNode;
  /** The stop it belongs to; absent for values of a running node. */
  pause?: Pause;
  /** Absent: the global scope. */
  frame?: ProgramFrame;
}

/** Evaluates an expression of the source; throws `evaluationFailed` with what it threw. */
export async function evaluate(
  context: ValueContext,
  expression: string,
  options: { withoutSideEffects?: boolean } = {},
): Promise<RemoteObject> {
  const { node, frame } = context;
  const whole = /^\s*\{/.test(expression) && !syntaxError(expression) ? `(${expression})` : expression;
  const text = frame?.script.mapped
    ? translate(whole, frame.script.mapped.namesOf(frame.source), frame.generated)
    : whole;
  const answer = await node.evaluate(
    { expression: text, generatePreview: true, silent: true, throwOnSideEffect: options.withoutSideEffects },
    frame?.call,
  );
  return valueOf(answer);
}

/** Calls a function, given as text, with the value as `this`. */
export async function call(
  { node }: ValueContext,
  value: RemoteObject,
  functionDeclaration: string,
  args: Runtime.CallArgument[] = [],
  returnByValue = false,
): Promise<RemoteObject> {
  const answer = await node.cdp.request('Runtime.callFunctionOn', {
    objectId: value.objectId,
    functionDeclaration,
    arguments: args,
    returnByValue,
    generatePreview: !returnByValue,
    silent: true,
  });
  return valueOf(answer);
}

/** A value as an argument of a call. */
export function asArgument(value: RemoteObject): Runtime.CallArgument {
  if (value.objectId) return { objectId: value.objectId };
  if (value.unserializableValue) return { unserializableValue: value.unserializableValue };
  return { value: value.type === 'undefined' ? undefined : (value.value as unknown) };
}

function valueOf(answer: {
  result: RemoteObject;
  exceptionDetails?: Runtime.ExceptionDetails;
}): RemoteObject {
  const { result, exceptionDetails } = answer;
  if (!exceptionDetails) return result;
  const { exception, text } = exceptionDetails;
  const message = exception?.description?.split('\n    at ', 1)[0] ?? String(exception?.value ?? text);
  throw new LockstepError('evaluationFailed', { message });
}
