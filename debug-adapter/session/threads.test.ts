import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { Threads } from './threads';

describe('threads', () => {
  let names: string[];
  let stopped: Set<number>;
  let told: string[];
  let threads: Threads;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    names = ['node 0', 'node 1', 'node 2'];
    stopped = new Set();
    told = [];
    threads = new Threads(
      (rank) => names[rank] as string,
      (rank) => stopped.has(rank),
      (reason, id) => told.push(`${reason} ${id}`),
    );
    for (const rank of names.keys()) threads.add(rank);
    told = [];
  });

  afterEach(() => mock.timers.reset());

  const refresh = (): string[] => {
    threads.refresh();
    mock.timers.tick(200);
    return told;
  };

  test('that run are announced again when their names have changed', () => {
    names[1] = 'node 1 · busy';
    assert.deepEqual(refresh(), ['started 2']);
  });

  test('that are stopped are never announced: one that runs makes the client fetch the names', () => {
    stopped.add(0);
    names[0] = 'node 0 · deadlock';
    assert.deepEqual(refresh(), ['started 2']);
    stopped.add(1).add(2);
    names[1] = 'node 1 · deadlock';
    assert.deepEqual(refresh(), ['started 2'], 'with none that runs, the names come with the stops');
    assert.equal(threads.list()[1]?.name, 'node 1 · deadlock');
  });

  test('with the names that the client knows are not announced', () => {
    names[2] = 'node 2 · busy';
    threads.list();
    assert.deepEqual(refresh(), []);
  });
});
