import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SendSites } from './sendSites';

function counting(): { sites: SendSites; captured: () => number } {
  let captured = 0;
  const capture = () => {
    const line = ++captured;
    return () => ({ file: 'a.ts', line, column: 1 });
  };
  return { sites: new SendSites(capture), captured: () => captured };
}

test('the first send of each communicator, destination and tag is remembered, once', () => {
  const { sites, captured } = counting();
  for (let round = 0; round < 3; round += 1) {
    sites.note(0, 1, 7);
    sites.note(0, 1, 8);
    sites.note(0, 2, 7);
    sites.note(2, 1, 7);
  }
  assert.equal(captured(), 4);
  assert.deepEqual(
    sites
      .located()
      .map(({ communicator, destination, tag, at }) => [communicator, destination, tag, at?.line]),
    [
      [0, 1, 7, 1],
      [0, 1, 8, 2],
      [0, 2, 7, 3],
      [2, 1, 7, 4],
    ],
  );
});

test('a program that counts its tags up is not remembered without end', () => {
  const { sites, captured } = counting();
  for (let tag = 0; tag < 1000; tag += 1) sites.note(0, 1, tag);
  assert.equal(captured(), 64);
});
