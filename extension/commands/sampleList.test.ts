import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeName, sampleTitle } from './sampleList';

test('title and first paragraph of a README, without its markup', () => {
  const readme =
    '# Hello, ring\n\n![picture](a.svg)\n\nEach node *greets* its [neighbour](x)\nby `send`.\n\nMore.';
  assert.deepEqual(sampleTitle('01-hello', readme), {
    title: 'Hello, ring',
    summary: 'Each node greets its neighbour by send.',
  });
});

test('a README without heading or text', () => {
  assert.deepEqual(sampleTitle('01-hello', ''), { title: '01-hello', summary: '' });
  assert.deepEqual(sampleTitle('01-hello', '# Hello'), { title: 'Hello', summary: '' });
});

test('a name that is not taken', () => {
  const taken = new Set(['flights', 'flights-2']);
  assert.equal(
    freeName('words', (name) => taken.has(name)),
    'words',
  );
  assert.equal(
    freeName('flights', (name) => taken.has(name)),
    'flights-3',
  );
});
