import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProgramText, isServiceText, scannedCharacters } from './programText';

test('a file that calls spmd of lockstep is a program', () => {
  for (const text of [
    "import { spmd } from 'lockstep';\nexport default spmd(({ world }) => {});",
    'import { spmd } from "lockstep";\nexport default spmd<number>\n(({ world }) => 1);',
    "const { spmd } = require('lockstep'); module.exports = spmd (() => {});",
    "import { driver } from 'lockstep';\nexport default driver(async ({ scheduler }) => {});",
  ]) {
    assert.equal(isProgramText(text), true, text);
  }
});

test('a file without the call, without the package, or of another word is none', () => {
  for (const text of [
    "import { SUM } from 'lockstep';",
    'function spmd() {}\nspmd();',
    "import { spmd } from 'lockstep';\nnotspmd();",
    '',
  ]) {
    assert.equal(isProgramText(text), false, text);
  }
});

test('a service is a program that can be deployed; a program with an end is none', () => {
  const text = "import { service } from 'lockstep';\nexport default service(() => ({}));";
  assert.deepEqual([isProgramText(text), isServiceText(text)], [true, true]);
  assert.equal(isServiceText("import { spmd } from 'lockstep';\nexport default spmd(() => {});"), false);
  assert.equal(isServiceText("import { spmd } from 'lockstep';\nspmd(() => myservice());"), false);
});

test('only the beginning of a large file is looked at', () => {
  const call = "import { spmd } from 'lockstep'; export default spmd(() => {});";
  assert.equal(isProgramText(' '.repeat(scannedCharacters) + call), false);
});
