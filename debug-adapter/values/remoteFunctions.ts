/**
 * Functions that run on values inside a node, as text: they fetch a page of a large value, so that the rest of it
 * never travels.
 */

/** Elements `start` to `start + count` of an array or typed array, under their indices. */
export const sliceElements = `function (start, count) {
  const page = {};
  const end = Math.min(start + count, this.length);
  for (let index = start; index < end; index += 1) if (index in this) page[index] = this[index];
  return page;
}`;

/** Entries of a Map as key, value, key, value, … */
export const sliceMap = `function (start, count) {
  const page = [];
  let index = 0;
  for (const [key, value] of Map.prototype.entries.call(this)) {
    if (index >= start + count) break;
    if (index >= start) page.push(key, value);
    index += 1;
  }
  return page;
}`;

/** Values of a Set. */
export const sliceSet = `function (start, count) {
  const page = [];
  let index = 0;
  for (const value of Set.prototype.values.call(this)) {
    if (index >= start + count) break;
    if (index >= start) page.push(value);
    index += 1;
  }
  return page;
}`;

/** Reads a property, running its getter. */
export const readProperty = 'function (name) { return this[name]; }';

/** Writes a property and reads it back. */
export const writeProperty = 'function (name, value) { this[name] = value; return this[name]; }';

/** Writes the value of the Map's entry at an index. */
export const writeMapEntry = `function (index, value) {
  let position = 0;
  for (const key of [...Map.prototype.keys.call(this)]) {
    if (position === index) Map.prototype.set.call(this, key, value);
    position += 1;
  }
  return value;
}`;

/** Names and types of all properties, inherited ones too, nearest first. */
export const listProperties = `function () {
  const names = new Map();
  for (let object = Object(this); object; object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (names.size >= 2000) break;
      if (names.has(name) || /^\\d/.test(name)) continue;
      const { value, get } = Object.getOwnPropertyDescriptor(object, name) ?? {};
      names.set(name, get ? 'property' : typeof value === 'function' ? (/^class\\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'method') : 'property');
    }
  }
  return [...names];
}`;

/** A value as text for the clipboard. */
export const copyText = `function () {
  const plain = (key, value) =>
    value instanceof Map ? Object.fromEntries(value)
    : value instanceof Set ? [...value]
    : ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value, String).map(Number)
    : typeof value === 'bigint' ? String(value)
    : value;
  if (typeof this === 'function') return Function.prototype.toString.call(this);
  if (this instanceof Error) return this.stack;
  return JSON.stringify(this, plain, 2) ?? String(this);
}`;
