/** The commands and events of the Chrome DevTools Protocol that the adapter uses. */
import type { Debugger, Runtime } from 'node:inspector';

export type { Debugger, Runtime };

type PausedData = Debugger.PausedEventDataType;

/** What a node reports when it stops. */
export interface Paused extends Omit<PausedData, 'data'> {
  /** The thrown value of an exception, with `uncaught` beside it. */
  data?: Runtime.RemoteObject & { uncaught?: boolean };
}

/** Each command: its parameters and its result. */
export interface CdpCommands {
  'Debugger.enable': { params: object; result: object };
  'Debugger.setAsyncCallStackDepth': { params: { maxDepth: number }; result: object };
  'Debugger.setBlackboxPatterns': { params: { patterns: string[] }; result: object };
  'Debugger.setPauseOnExceptions': { params: { state: ExceptionState }; result: object };
  'Debugger.setBreakpointByUrl': {
    params: Debugger.SetBreakpointByUrlParameterType;
    result: Debugger.SetBreakpointByUrlReturnType;
  };
  'Debugger.removeBreakpoint': { params: { breakpointId: string }; result: object };
  'Debugger.getPossibleBreakpoints': {
    params: Debugger.GetPossibleBreakpointsParameterType;
    result: Debugger.GetPossibleBreakpointsReturnType;
  };
  'Debugger.getScriptSource': {
    params: Debugger.GetScriptSourceParameterType;
    result: Debugger.GetScriptSourceReturnType;
  };
  'Debugger.pause': { params: object; result: object };
  'Debugger.resume': { params: object; result: object };
  'Debugger.stepOver': { params: object; result: object };
  'Debugger.stepInto': { params: object; result: object };
  'Debugger.stepOut': { params: object; result: object };
  'Debugger.evaluateOnCallFrame': {
    params: Debugger.EvaluateOnCallFrameParameterType;
    result: Debugger.EvaluateOnCallFrameReturnType;
  };
  'Debugger.setVariableValue': { params: Debugger.SetVariableValueParameterType; result: object };
  'Runtime.evaluate': {
    params: Runtime.EvaluateParameterType & { throwOnSideEffect?: boolean };
    result: Runtime.EvaluateReturnType;
  };
  'Runtime.callFunctionOn': {
    params: Runtime.CallFunctionOnParameterType;
    result: Runtime.CallFunctionOnReturnType;
  };
  'Runtime.getProperties': {
    params: Runtime.GetPropertiesParameterType & { nonIndexedPropertiesOnly?: boolean };
    result: Runtime.GetPropertiesReturnType & { privateProperties?: PrivateProperty[] };
  };
  'Runtime.globalLexicalScopeNames': { params: object; result: { names: string[] } };
}

export type CdpMethod = keyof CdpCommands;

export type ExceptionState = 'none' | 'caught' | 'uncaught' | 'all';

/** A private field (`#x`) of an object. */
export interface PrivateProperty {
  name: string;
  value?: Runtime.RemoteObject;
  get?: Runtime.RemoteObject;
}

/** The events that the adapter listens to. */
export interface CdpEvents {
  'Debugger.scriptParsed': Debugger.ScriptParsedEventDataType;
  'Debugger.breakpointResolved': Debugger.BreakpointResolvedEventDataType;
  'Debugger.paused': Paused;
  'Debugger.resumed': object;
}
