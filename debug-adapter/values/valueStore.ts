import { LockstepError } from '../../runtime/protocol/errors';
import type { RemoteObject, ValueContext } from './context';
import { describeValue, isIndexed, sizeOf } from './describe';
import { ObjectContainer } from './objectContainer';
import type { Shown, Values, VariableContainer } from './variableContainer';

/** The numbers under which the client asks for variables. A number is never used twice. */
export class ValueStore implements Values {
  private readonly containers = new Map<number, VariableContainer>();
  /** The numbers of all scopes there ever were. */
  private readonly scopes = new Set<number>();
  private lastReference = 0;

  add(container: VariableContainer): number {
    this.containers.set(++this.lastReference, container);
    return this.lastReference;
  }

  addScope(container: VariableContainer): number {
    const reference = this.add(container);
    this.scopes.add(reference);
    return reference;
  }

  /** A scope of an earlier stop: a client that still shows it finds nothing in it, rather than an error. */
  isPastScope(reference: number): boolean {
    const container = this.containers.get(reference);
    return this.scopes.has(reference) && (!container || isStale(container));
  }

  /** Throws `staleReference` when the node has gone on since. */
  get(reference: number): VariableContainer {
    const container = this.containers.get(reference);
    if (!container || isStale(container)) {
      throw new LockstepError('staleReference', {
        what: reference > this.lastReference ? `Variable ${reference}` : 'This value',
      });
    }
    return container;
  }

  /** Forgets what belongs to stops that are over. */
  purge(): void {
    for (const [reference, container] of this.containers) {
      if (isStale(container)) this.containers.delete(reference);
    }
  }

  /** A value as the client shows it, with a reference to what is in it. */
  show(context: ValueContext, value: RemoteObject, hex: boolean, evaluateName?: string): Shown {
    const shown: Shown = { value: describeValue(value, hex), type: typeName(value), variablesReference: 0 };
    if (!value.objectId || value.type === 'symbol') return shown;
    shown.variablesReference = this.add(new ObjectContainer(this, context, value, evaluateName));
    if (isIndexed(value)) {
      shown.indexedVariables = sizeOf(value);
      shown.namedVariables = 1;
    }
    return shown;
  }
}

function typeName(value: RemoteObject): string {
  if (value.subtype === 'null') return 'null';
  return value.type === 'object' ? (value.className ?? 'Object') : value.type;
}

const isStale = ({ context }: VariableContainer): boolean =>
  context.node.ended || (context.pause !== undefined && context.node.pause !== context.pause);
