import type { DebugProtocol } from '@vscode/debugprotocol';
import { LockstepError } from '../../runtime/protocol/errors';
import type { Runtime } from '../cdp/protocol';
import { asArgument, call, evaluate, type RemoteObject, type ValueContext } from './context';
import { describeValue, isIndexed, sizeOf } from './describe';
import { withOwnDescriptions } from './ownDescription';
import {
  readProperty,
  sliceElements,
  sliceMap,
  sliceSet,
  writeMapEntry,
  writeProperty,
} from './remoteFunctions';
import type { Page, Values, VariableContainer } from './variableContainer';

type Property = Runtime.PropertyDescriptor;

/** More elements than this are never listed at once: a client that cannot page gets the first ones. */
const mostElements = 10_000;

/** Classes whose prototype holds nothing that the user does not know. */
const wellKnown = new Set(['array', 'typedarray', 'map', 'set', 'date', 'regexp', 'error', 'promise']);

/** What is in a value. */
export class ObjectContainer implements VariableContainer {
  constructor(
    private readonly store: Values,
    readonly context: ValueContext,
    private readonly value: RemoteObject,
    private readonly evaluateName: string | undefined,
  ) {}

  async list(page: Page): Promise<DebugProtocol.Variable[]> {
    const indexed = isIndexed(this.value) && page.filter !== 'named' ? await this.elements(page) : [];
    const named = page.filter === 'indexed' ? [] : await this.named(page.hex);
    return [...indexed, ...named];
  }

  async set(name: string, expression: string): Promise<RemoteObject> {
    const written = asArgument(await evaluate(this.context, expression));
    const { subtype } = this.value;
    if (subtype === 'set') {
      throw new LockstepError('evaluationFailed', { message: 'the values of a Set cannot be replaced' });
    }
    if (subtype === 'map') {
      const index = this.mapNames.get(name);
      if (index === undefined) throw new LockstepError('staleReference', { what: name });
      return call(this.context, this.value, writeMapEntry, [{ value: index }, written]);
    }
    if (name.startsWith('#') && this.evaluateName) {
      return evaluate(this.context, `${this.evaluateName}.${name} = (${expression})`);
    }
    return call(this.context, this.value, writeProperty, [this.keys.get(name) ?? { value: name }, written]);
  }

  /** Positions of a Map's entries by the names they are shown under. */
  private readonly mapNames = new Map<string, number>();
  /** Keys that are no strings by the names they are shown under. */
  private readonly keys = new Map<string, Runtime.CallArgument>();

  private async elements({ start, count, hex }: Page): Promise<DebugProtocol.Variable[]> {
    const size = sizeOf(this.value);
    const wanted = Math.min(count || size, size - start, mostElements);
    if (wanted <= 0) return [];
    const { subtype } = this.value;
    const slice = subtype === 'map' ? sliceMap : subtype === 'set' ? sliceSet : sliceElements;
    const page = await call(this.context, this.value, slice, [{ value: start }, { value: wanted }]);
    const { result } = await this.propertiesOf(page);
    const values = result.filter(({ name, value }) => value && /^\d+$/.test(name));
    if (subtype === 'map') return this.mapEntries(values, start, hex);
    return values.map(({ name, value }) => {
      const index = subtype === 'set' ? start + Number(name) : Number(name);
      const evaluateName = subtype === 'set' ? undefined : this.member(`[${index}]`);
      return { name: String(index), ...this.show(value, hex, evaluateName), evaluateName };
    });
  }

  /** An entry is named by its key; one whose key is an object shows both. */
  private mapEntries(flat: Property[], start: number, hex: boolean): DebugProtocol.Variable[] {
    const entries: DebugProtocol.Variable[] = [];
    for (let index = 0; index + 1 < flat.length; index += 2) {
      const key = flat[index]?.value as RemoteObject;
      const value = flat[index + 1]?.value as RemoteObject;
      const name = `${describeValue(key, hex)}`;
      this.mapNames.set(name, start + index / 2);
      const primitive = key.type === 'string' ? JSON.stringify(key.value) : describeValue(key);
      const evaluateName = key.objectId ? undefined : this.member(`.get(${primitive})`);
      entries.push({ name, ...this.show(value, hex, evaluateName), evaluateName });
    }
    return entries;
  }

  private async named(hex: boolean): Promise<DebugProtocol.Variable[]> {
    const [own, inherited] = await Promise.all([
      this.propertiesOf(this.value, { nonIndexedPropertiesOnly: isIndexed(this.value) }),
      wellKnown.has(this.value.subtype ?? '') || this.value.type === 'function'
        ? undefined
        : this.propertiesOf(this.value, { ownProperties: false, accessorPropertiesOnly: true }),
    ]);
    const properties = own.result.filter(({ name }) => name !== '__proto__');
    const known = new Set(properties.map(({ name }) => name));
    const getters = (inherited?.result ?? []).filter(
      ({ name, get }) => get?.type === 'function' && name !== '__proto__' && !known.has(name),
    );
    const fields = (own.privateProperties ?? []).flatMap(({ name, value }) =>
      value ? [{ name, value }] : [],
    );
    return [
      ...this.sizes(),
      ...properties.flatMap((property) => this.property(property, hex)),
      ...fields.map(({ name, value }) => {
        const evaluateName = this.member(`.${name}`);
        return {
          name,
          ...this.show(value, hex, evaluateName),
          evaluateName,
          presentationHint: { visibility: 'private' as const },
        };
      }),
      ...getters.flatMap((property) => this.property(property, hex)),
      ...this.internals(own.internalProperties ?? [], hex),
    ];
  }

  /** `length` and `size`, which are accessors of the prototype or not listed as properties. */
  private sizes(): DebugProtocol.Variable[] {
    const { subtype } = this.value;
    if (!isIndexed(this.value) || subtype === 'array') return [];
    const name = subtype === 'typedarray' ? 'length' : 'size';
    return [{ name, value: String(sizeOf(this.value)), type: 'number', variablesReference: 0 }];
  }

  private property(property: Property, hex: boolean): DebugProtocol.Variable[] {
    const { name, value, get, symbol, enumerable } = property;
    const key: Runtime.CallArgument = symbol ? { objectId: symbol.objectId } : { value: name };
    if (symbol) this.keys.set(name, key);
    const evaluateName = symbol ? undefined : this.member(memberAccess(name));
    const visibility = enumerable ? undefined : ('internal' as const);
    if (value) {
      const shown = this.show(value, hex, evaluateName);
      return [{ name, ...shown, evaluateName, presentationHint: visibility && { visibility } }];
    }
    if (get?.type !== 'function') return [];
    const getter = new GetterContainer(this.store, this.context, this.value, name, key, evaluateName);
    return [
      {
        name,
        value: '(...)',
        variablesReference: this.store.add(getter),
        evaluateName,
        presentationHint: { lazy: true },
      },
    ];
  }

  private internals(properties: Runtime.InternalPropertyDescriptor[], hex: boolean) {
    const hidden = new Set([
      '[[Entries]]',
      '[[IsRevoked]]',
      '[[ArrayBufferByteLength]]',
      '[[ArrayBufferData]]',
    ]);
    return properties.flatMap(({ name, value }) => {
      const isKnown = wellKnown.has(this.value.subtype ?? '') || this.value.className === 'Object';
      if (!value || hidden.has(name) || (name === '[[Prototype]]' && isKnown)) return [];
      return [
        { name, ...this.show(value, hex, undefined), presentationHint: { visibility: 'internal' as const } },
      ];
    });
  }

  private async propertiesOf(object: RemoteObject, options: object = {}) {
    const properties = await this.context.node.cdp.request('Runtime.getProperties', {
      objectId: object.objectId ?? '',
      ownProperties: true,
      generatePreview: true,
      ...options,
    });
    return { ...properties, result: await withOwnDescriptions(this.context, properties.result) };
  }

  private member(access: string): string | undefined {
    return this.evaluateName === undefined ? undefined : this.evaluateName + access;
  }

  private show(value: RemoteObject | undefined, hex: boolean, evaluateName: string | undefined) {
    return this.store.show(this.context, value ?? { type: 'undefined' }, hex, evaluateName);
  }
}

/** A getter that has not run yet; listing it runs it. */
class GetterContainer implements VariableContainer {
  constructor(
    private readonly store: Values,
    readonly context: ValueContext,
    private readonly owner: RemoteObject,
    private readonly name: string,
    private readonly key: Runtime.CallArgument,
    private readonly evaluateName: string | undefined,
  ) {}

  async list({ hex }: Page): Promise<DebugProtocol.Variable[]> {
    const { name, evaluateName } = this;
    const value = await call(this.context, this.owner, readProperty, [this.key]).catch(failure);
    return [{ name, ...this.store.show(this.context, value, hex, evaluateName), evaluateName }];
  }
}

/** What a getter threw, in the place of its value. */
const failure = (error: unknown): RemoteObject => ({
  type: 'object',
  subtype: 'error',
  description: LockstepError.from(error).message,
});

const memberAccess = (name: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
