/** Values in words, as the console writes them. */
import type { Runtime } from '../cdp/protocol';

type RemoteObject = Runtime.RemoteObject;
type PropertyPreview = Runtime.PropertyPreview;

/** Longer strings are cut where they are shown; copying gives all of them. */
const shownCharacters = 20_000;

/** Room for what is in a value on its line. */
const previewCharacters = 200;

/** A value as one line. `hex` writes whole numbers in base 16. */
export function describeValue(value: RemoteObject, hex = false): string {
  switch (value.type) {
    case 'undefined':
      return 'undefined';
    case 'string':
      return quote(String(value.value));
    case 'number':
      return describeNumber(value, hex);
    case 'function':
      return describeFunction(value.description ?? '');
    case 'object':
      return describeObject(value);
    default:
      return value.unserializableValue ?? value.description ?? String(value.value);
  }
}

/** A string between single quotes, with what cannot be seen written out. */
export function quote(text: string): string {
  const cut =
    text.length > shownCharacters ? `${text.slice(0, shownCharacters)}… (${text.length} characters)` : text;
  const escaped = JSON.stringify(cut).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
  return `'${escaped}'`;
}

/** The number of elements in descriptions such as `Array(3)`, `Float64Array(10)` and `Map(2)`. */
export function sizeOf({ description = '' }: RemoteObject): number {
  return Number(/\((\d+)\)$/.exec(description)?.[1] ?? 0);
}

/** True for values that are paged: arrays, typed arrays, maps and sets. */
export function isIndexed({ subtype }: RemoteObject): boolean {
  return subtype === 'array' || subtype === 'typedarray' || subtype === 'map' || subtype === 'set';
}

/** Name and parameters of a function or a class, from its text. */
export function describeFunction(text: string): string {
  const kind = /^class\s+(?!extends\b|\{)([\w$]+)/.exec(text);
  if (kind) return `class ${kind[1]}`;
  if (/^class\b/.test(text)) return 'class';
  const named = /^(?:async\s+)?(?:function\s*)?\*?\s*([\w$#]*)\s*(\([^)]*\))/.exec(text);
  const arrow = /^(?:async\s+)?(\([^)]*\)|[\w$]+)\s*=>/.exec(text);
  if (arrow) return `ƒ ${arrow[1]?.replace(/\s+/g, ' ')}`;
  return named ? `ƒ ${named[1]}${named[2]?.replace(/\s+/g, ' ')}` : 'ƒ';
}

function describeNumber({ value, unserializableValue, description }: RemoteObject, hex: boolean): string {
  if (hex && typeof value === 'number' && Number.isInteger(value)) {
    return `${value < 0 ? '-' : ''}0x${Math.abs(value).toString(16)}`;
  }
  return unserializableValue ?? description ?? String(value);
}

function describeObject(value: RemoteObject): string {
  const { subtype, description = 'Object', preview } = value;
  if (subtype === 'null') return 'null';
  if (subtype === 'error') return firstLine(description);
  if (!preview || ['regexp', 'date', 'promise', 'proxy', 'node'].includes(subtype ?? '')) {
    return firstLine(description);
  }
  return describePreview(preview);
}

function describePreview(preview: Runtime.ObjectPreview): string {
  const { subtype, description = 'Object', overflow, properties, entries } = preview;
  if (subtype === 'array' || subtype === 'typedarray') {
    const name = subtype === 'array' ? description.replace(/^Array(?=\()/, '') : description;
    return `${name} [${list(elements(properties), overflow)}]`;
  }
  if (entries) {
    const shown = entries.map(({ key, value }) =>
      key ? `${describeEntry(key)} => ${describeEntry(value)}` : describeEntry(value),
    );
    return `${description} {${list(shown, overflow)}}`;
  }
  const fields = properties.map((property) => `${property.name}: ${describeProperty(property)}`);
  const body = `{${list(fields, overflow)}}`;
  return description === 'Object' ? body : `${description} ${body}`;
}

/** Parts of a preview, as far as a line has room for them. */
function list(parts: readonly string[], overflow: boolean): string {
  let text = '';
  for (const [index, part] of parts.entries()) {
    if (index > 0 && text.length + part.length > previewCharacters) return `${text}, …`;
    text += index > 0 ? `, ${part}` : part;
  }
  return overflow ? `${text}${text ? ', ' : ''}…` : text;
}

/** Elements in order; runs of missing ones are told as empty. */
function elements(properties: readonly PropertyPreview[]): string[] {
  const shown: string[] = [];
  let next = 0;
  for (const property of properties) {
    const index = Number(property.name);
    if (!Number.isInteger(index)) {
      shown.push(`${property.name}: ${describeProperty(property)}`);
      continue;
    }
    if (index > next) shown.push(`empty × ${index - next}`);
    shown.push(describeProperty(property));
    next = index + 1;
  }
  return shown;
}

function describeProperty({ type, subtype, value = '', valuePreview }: PropertyPreview): string {
  if (type === 'string') return quote(value);
  if (type === 'function') return 'ƒ';
  if (type === 'accessor') return '(...)';
  if (type === 'object' && subtype !== 'null') {
    if (valuePreview) return describePreview(valuePreview);
    return value === 'Object' ? '{…}' : value;
  }
  return value;
}

function describeEntry(preview: Runtime.ObjectPreview): string {
  if (preview.type === 'string') return quote(preview.description ?? '');
  if (preview.type === 'object' && preview.subtype !== 'null') {
    return preview.description === 'Object' ? '{…}' : (preview.description ?? '');
  }
  return preview.description ?? preview.type;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
