import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeMemory } from '../protocol/agentLink';
import type { TransportName } from '../protocol/job';
import { planInboxes, planTransport } from './transportPlan';

/** `a+ a- b+`: three nodes, the host of each, and whether it has shared memory. */
function nodesOf(text: string) {
  const words = text.split(' ');
  const nodes = words.map((word, rank) => {
    const memory: NodeMemory = word.endsWith('+')
      ? { inbox: `/inbox/${rank}` }
      : { reason: `no luck on ${rank}` };
    return { rank, memory };
  });
  return { nodes, seats: words.map((word) => ({ host: word[0] })) };
}

function plan(wanted: TransportName, text: string) {
  const { nodes, seats } = nodesOf(text);
  return planTransport(wanted, nodes, seats);
}

test('nodes of one machine share memory', () => {
  const { info, inboxes, problem } = plan('auto', 'a+ a+');
  assert.deepEqual(info, { transport: 'shm', withoutMemory: undefined });
  assert.deepEqual(inboxes[0], ['/inbox/0', '/inbox/1']);
  assert.equal(problem, undefined);
  assert.equal(plan('shm', 'a+').info.transport, 'shm');
});

test('between machines there are sockets', () => {
  const { info, inboxes } = plan('auto', 'a+ b+ a+');
  assert.equal(info.transport, 'shm+socket');
  assert.deepEqual(inboxes, [
    ['/inbox/0', null, '/inbox/2'],
    [null, '/inbox/1', null],
    ['/inbox/0', null, '/inbox/2'],
  ]);
  assert.equal(plan('auto', 'a+ b+').info.transport, 'socket');
});

test('where one node of a machine has none, its machine uses sockets, and the job says why', () => {
  const { info, inboxes, problem } = plan('auto', 'a+ a- b+ b+');
  assert.deepEqual(info, { transport: 'shm+socket', withoutMemory: 'no luck on 1' });
  assert.deepEqual(inboxes[0], [null, null, null, null]);
  assert.deepEqual(inboxes[2], [null, null, '/inbox/2', '/inbox/3']);
  assert.equal(problem, undefined);
});

test('a job that is to use shared memory fails without it; one that asked for sockets misses nothing', () => {
  const { problem } = plan('shm', 'a+ a-');
  assert.equal(problem?.rank, 1);
  assert.match(problem.error.message, /Node 1 .* no luck on 1\. .*"auto"/);
  const { info, problem: none } = plan('socket', 'a- a-');
  assert.deepEqual([info.transport, info.withoutMemory, none], ['socket', undefined, undefined]);
});

test('a node that joins shares memory with those of its host that have it', () => {
  const { nodes, seats } = nodesOf('a+ b+ a- a+');
  assert.deepEqual(planInboxes(nodes, seats)[3], ['/inbox/0', null, null, '/inbox/3']);
  assert.deepEqual(planInboxes(nodes, seats)[2], [null, null, null, null]);
});
