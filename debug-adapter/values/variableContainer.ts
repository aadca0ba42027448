import type { DebugProtocol } from '@vscode/debugprotocol';
import type { RemoteObject, ValueContext } from './context';

/** The part of a container's variables that is asked for. */
export interface Page {
  filter?: 'indexed' | 'named';
  start: number;
  /** 0: all. */
  count: number;
  hex: boolean;
}

/** Something with variables in it: a scope or a value. */
export interface VariableContainer {
  readonly context: ValueContext;
  list(page: Page): Promise<DebugProtocol.Variable[]>;
  /** Sets a variable to the value of an expression; answers what it is now. */
  set?(name: string, expression: string): Promise<RemoteObject>;
}

/** A value as a variable or a result shows it. */
export type Shown = Pick<
  DebugProtocol.Variable,
  'value' | 'type' | 'variablesReference' | 'namedVariables' | 'indexedVariables'
>;

/** Where containers put the containers that are in them. */
export interface Values {
  /** Answers the number under which the client asks for the container's variables. */
  add(container: VariableContainer): number;
  /** The same for a scope of a frame. */
  addScope(container: VariableContainer): number;
  /** A value as the client shows it, with a reference to what is in it. */
  show(context: ValueContext, value: RemoteObject, hex: boolean, evaluateName?: string): Shown;
}
