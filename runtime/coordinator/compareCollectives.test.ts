import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectiveHistory } from '../protocol/messages';
import { collectiveFailure } from './compareCollectives';

/** A node that has made these calls, each in the line of its place in the list; it remembers the latest ones. */
function made(calls: string[], remembered = 64): CollectiveHistory {
  const different = [...new Set(calls)];
  return {
    calls: calls.length,
    kinds: different.map((call) => ({
      call,
      at: { file: '/a.ts', line: calls.indexOf(call) + 1, column: 1 },
    })),
    latest: calls.map((call) => different.indexOf(call)).slice(-remembered),
  };
}

test('nodes that have made the same calls have not failed', () => {
  const calls = ['barrier', 'bcast(root 0)', 'barrier'];
  assert.equal(collectiveFailure([made(calls), made(calls), made(calls)]), undefined);
  assert.equal(collectiveFailure([made([]), made([])]), undefined);
  assert.equal(collectiveFailure([undefined, made(calls)]), undefined);
  assert.equal(collectiveFailure([made(calls)]), undefined);
});

test('a root of its own is told at the odd node, with the lines of all', () => {
  const usual = made(['barrier', 'bcast(root 0)']);
  const failure = collectiveFailure([usual, usual, made(['barrier', 'bcast(root 2)'])]);
  assert.equal(failure?.rank, 2);
  assert.equal(failure.at?.line, 2);
  assert.equal(failure.error.code, 'collectiveMismatch');
  assert.match(
    failure.error.message,
    /^Node 0 calls bcast\(root 0\) on world where this node calls bcast\(root 2\)\./,
  );
  assert.deepEqual(
    failure.places?.map(({ rank, text }) => [rank, text]),
    [
      [0, 'Node 0 calls bcast(root 0) here.'],
      [1, 'Node 1 calls bcast(root 0) here.'],
      [2, 'Node 2 calls bcast(root 2) here.'],
    ],
  );
});

test('so is a call that the others do not make', () => {
  const usual = made(['bcast(root 0)']);
  const failure = collectiveFailure([made(['bcast(root 0)', 'bcast(root 0)']), usual, usual]);
  assert.equal(failure?.rank, 0);
  assert.match(
    failure.error.message,
    /^Node 1 calls none any more on world where this node calls bcast\(root 0\)\./,
  );
});

test('what only some remember is not compared', () => {
  const long = made(['bcast(root 0)', 'barrier', 'barrier'], 2);
  assert.equal(collectiveFailure([long, made(['bcast(root 1)', 'barrier', 'barrier'])]), undefined);
});
