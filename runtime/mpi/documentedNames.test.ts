import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Endpoint } from '../transport/endpoint';
import { createWorld } from './communicator';
import * as mpi from './index';
import { ProgressEngine } from './progressEngine';

/** A node that is alone needs nobody to carry its messages. */
const alone: Endpoint = {
  rank: 0,
  size: 1,
  send: () => assert.fail('there is nobody to send to'),
  poll: () => undefined,
  wait: () => assert.fail('nothing will come'),
  arrival: () => Promise.resolve(),
};

test('every name that docs/mpi.md gives for one of MPI exists, and every name that is exported is in it', () => {
  const engine = new ProgressEngine(alone);
  const world = createWorld(engine);
  const things: Record<string, object> = {
    world,
    group: world.group,
    request: world.irecv(0),
    persistentRequest: world.recvInit(0),
    status: new mpi.Status(),
    window: world.allocateWindow(Float64Array, 1),
    cart: mpi.createCart(world, [1]) as object,
    graph: mpi.createGraph(world, []),
    inter: new mpi.Intercommunicator(engine, 100, 'to nobody', world.group, new mpi.Group([1], 0)),
  };
  const text = readFileSync(join(process.cwd(), 'docs', 'mpi.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| (?:MPI_|MPIX_)/.test(line));
  const names = rows.flatMap((row) => {
    const [, , second = ''] = row.split(' | ').join('|').split('|');
    return [...second.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  });
  assert.ok(names.length > 100, `${names.length} names were found`);
  for (const name of names) {
    if (name === '{ into: data }') continue;
    const [first = '', member] = name.split('.');
    if (member === undefined) assert.ok(first in mpi, `${name} is exported`);
    else assert.ok(member in (things[first] ?? {}), `${name} exists`);
  }
  const madeByCalls = /^(?:\w*[Cc]ommunicator|Group|Layout|MatchedMessage|(?:Persistent)?Request|Window)$/;
  const exported = Object.keys(mpi).filter((name) => !madeByCalls.test(name));
  assert.deepEqual(
    exported.filter((name) => !names.includes(name)),
    [],
    'exported, and not in docs/mpi.md',
  );
});
