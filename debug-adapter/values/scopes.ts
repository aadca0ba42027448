import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Debugger, Runtime } from '../cdp/protocol';
import type { ProgramFrame } from '../session/pause';
import { asArgument, evaluate, type RemoteObject, type ValueContext } from './context';
import { withOwnDescriptions } from './ownDescription';
import type { Page, Values, VariableContainer } from './variableContainer';

/** One scope as it is shown: one or more of the inspector's. */
interface ShownScope {
  name: string;
  hint?: string;
  expensive: boolean;
  /** Numbers of the inspector's scopes, innermost first. */
  parts: { number: number; scope: Debugger.Scope }[];
  kind: 'local' | 'module' | 'other';
}

/** The scopes of a frame, innermost first. */
export function scopesOf(
  store: Values,
  context: ValueContext & { frame: ProgramFrame },
): DebugProtocol.Scope[] {
  const { call } = context.frame;
  if (!call) return [];
  return shownScopes(call.scopeChain, context.frame).map((shown) => ({
    name: shown.name,
    presentationHint: shown.hint,
    expensive: shown.expensive,
    variablesReference: store.addScope(new ScopeContainer(store, context, call, shown)),
  }));
}

function shownScopes(chain: readonly Debugger.Scope[], frame: ProgramFrame): ShownScope[] {
  const shown: ShownScope[] = [];
  const local = chain.findIndex(({ type }) => type === 'local');
  chain.forEach((scope, number) => {
    const part = { number, scope };
    const isModule = isModuleScope(scope, frame);
    // A function's body is a scope of its own where parameters have closures: to the reader it is one.
    if (scope.type === 'block' && number === local - 1 && sameEnd(scope, chain[local])) {
      shown.push({ name: 'Local', hint: 'locals', expensive: false, parts: [part], kind: 'local' });
    } else if (isModule) {
      shown.push({ name: 'Module', expensive: false, parts: [part], kind: 'module' });
    } else if (scope.type === 'local') {
      const before = shown.at(-1);
      if (before?.kind === 'local') before.parts.push(part);
      else shown.push({ name: 'Local', hint: 'locals', expensive: false, parts: [part], kind: 'local' });
    } else {
      const name = scopeNames[scope.type] ?? scope.type;
      const detail = scope.type === 'closure' && scope.name ? ` (${scope.name})` : '';
      shown.push({ name: name + detail, expensive: scope.type === 'global', parts: [part], kind: 'other' });
    }
  });
  return shown;
}

const scopeNames: Record<string, string> = {
  global: 'Global',
  block: 'Block',
  closure: 'Closure',
  catch: 'Catch',
  with: 'With',
  script: 'Script',
  eval: 'Eval',
  module: 'Module',
};

/** The scope of a whole file: Node.js wraps it in a function. */
function isModuleScope({ type, startLocation }: Debugger.Scope, frame: ProgramFrame): boolean {
  if (type === 'module') return true;
  if (type !== 'closure' && type !== 'local') return false;
  return (
    startLocation?.scriptId === frame.script.id &&
    startLocation.lineNumber === 0 &&
    startLocation.columnNumber === 0
  );
}

function sameEnd(a: Debugger.Scope, b: Debugger.Scope | undefined): boolean {
  const one = a.endLocation;
  const other = b?.endLocation;
  return one?.lineNumber === other?.lineNumber && one?.columnNumber === other?.columnNumber;
}

type Found = { name: string; value?: RemoteObject; get?: Runtime.RemoteObject };

/** The variables of a scope, under the names that they have in the source. */
class ScopeContainer implements VariableContainer {
  /** The inspector's scope and name of each variable listed. */
  private readonly variables = new Map<string, { number: number; name: string }>();

  constructor(
    private readonly store: Values,
    readonly context: ValueContext & { frame: ProgramFrame },
    private readonly call: Debugger.CallFrame,
    private readonly shown: ShownScope,
  ) {}

  async list({ filter, start, count, hex }: Page): Promise<DebugProtocol.Variable[]> {
    if (filter === 'indexed') return [];
    const found = await Promise.all(this.shown.parts.map((part) => this.part(part.number, part.scope)));
    const imports = this.shown.kind === 'module' ? await this.imports() : [];
    const all = [...this.extras(), ...found.flat(), ...imports];
    const variables = (await withOwnDescriptions(this.context, all)).map(
      ({ name, value }): DebugProtocol.Variable => {
        const evaluateName = /^[\p{ID_Start}$_]/u.test(name) ? name : undefined;
        const shown = this.store.show(this.context, value ?? { type: 'undefined' }, hex, evaluateName);
        return { name, ...shown, evaluateName };
      },
    );
    return count > 0 ? variables.slice(start, start + count) : variables.slice(start);
  }

  async set(name: string, expression: string): Promise<RemoteObject> {
    const variable = this.variables.get(name);
    if (!variable) return evaluate(this.context, `${name} = (${expression})`);
    const value = await evaluate(this.context, expression);
    await this.context.node.cdp.request('Debugger.setVariableValue', {
      scopeNumber: variable.number,
      variableName: variable.name,
      newValue: asArgument(value),
      callFrameId: this.call.callFrameId,
    });
    return value;
  }

  /** What is no variable of the source but belongs to the frame: the value a step returned, and `this`. */
  private extras(): Found[] {
    if (this.shown.kind !== 'local') return [];
    const { returnValue, this: self } = this.call;
    const isTop = this.context.pause?.top?.call === this.call;
    const extras: Found[] = isTop && returnValue ? [{ name: '(return value)', value: returnValue }] : [];
    const isPlain = self.className === 'Object' || self.className === 'global';
    if (self.type !== 'undefined' && !isPlain) extras.push({ name: 'this', value: self });
    return extras;
  }

  private async part(number: number, scope: Debugger.Scope): Promise<Found[]> {
    const { frame } = this.context;
    const { result } = await this.context.node.cdp.request('Runtime.getProperties', {
      objectId: scope.object.objectId ?? '',
      ownProperties: true,
      generatePreview: true,
    });
    const names = frame.script.mapped?.namesOf(frame.source);
    return result.flatMap(({ name, value }): Found[] => {
      const original = names?.originalOf(name);
      // The whole program shares one scope in the bundle: shown is what the frame's source knows.
      if (names && this.shown.kind === 'module' && original === undefined) return [];
      if (bundlerName.test(name)) return [];
      const shownName = original ?? name;
      if (this.variables.has(shownName)) return [];
      this.variables.set(shownName, { number, name });
      return [{ name: shownName, value }];
    });
  }

  /** Imported names are members of modules in the bundle. */
  private async imports(): Promise<Found[]> {
    const { frame } = this.context;
    const names = frame.script.mapped?.namesOf(frame.source).imports() ?? [];
    const found = await Promise.all(
      names.map(async ({ name }): Promise<Found[]> => {
        const value = await evaluate(this.context, name, { withoutSideEffects: true }).catch(() => undefined);
        return value ? [{ name, value }] : [];
      }),
    );
    return found.flat();
  }
}

/** Helpers and wrappers that the bundler adds. */
const bundlerName = /^(?:__\w+|(?:import|require|init)_[\w$]+|(?:exports|module|require)|[\w$]+_exports)$/;
