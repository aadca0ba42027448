import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeapGraph } from './heapGraph';
import { suspendedFunctions } from './suspendedFunctions';

/** Objects of a heap by name, with what they refer to: `type name target`. */
function heapOf(objects: readonly { name: string; edges?: readonly string[] }[]): HeapGraph {
  const types = ['context', 'element', 'property', 'internal', 'hidden'];
  const strings: string[] = [];
  const intern = (text: string): number =>
    strings.includes(text) ? strings.indexOf(text) : strings.push(text) - 1;
  const nodes = objects.flatMap(({ name, edges = [] }, i) => [0, intern(name), 100 + i, edges.length]);
  const edges = objects.flatMap((object) =>
    (object.edges ?? []).flatMap((edge) => {
      const [type = '', name = '', target] = edge.split(' ');
      return [types.indexOf(type), type === 'hidden' ? Number(name) : intern(name), 4 * Number(target)];
    }),
  );
  const meta = {
    node_fields: ['type', 'name', 'id', 'edge_count'],
    edge_fields: ['type', 'name_or_index', 'to_node'],
    edge_types: [types] as [string[]],
  };
  return new HeapGraph({ snapshot: { meta }, nodes, edges, strings });
}

test('a function whose result others await, also through Promise.all, comes before them', () => {
  const outer = 0;
  const inner = 2;
  const graph = heapOf([
    { name: 'Generator', edges: ['internal context 9', 'hidden 2 1'] },
    { name: 'Promise' },
    { name: 'Generator', edges: ['hidden 2 3'] },
    { name: 'Promise', edges: ['internal reactions_or_result 4'] },
    { name: 'system / PromiseReaction', edges: ['hidden 0 5'] },
    { name: '', edges: ['internal context 6'] },
    { name: 'system / Context', edges: ['hidden 1 7', 'internal previous 9'] },
    { name: 'Promise', edges: ['internal reactions_or_result 8'] },
    { name: 'system / Context', edges: ['internal extension 0'] },
    { name: 'system / Context', edges: ['context kept 10'] },
    { name: 'Generator', edges: ['hidden 2 11'] },
    { name: 'Promise', edges: ['context seen 7'] },
  ]);
  const alone = 10;
  const found = suspendedFunctions(graph);
  assert.equal(found[0], inner);
  assert.deepEqual(
    [...found].sort((a, b) => a - b),
    [outer, inner, alone],
  );
  assert.equal(graph.idOf(inner), '102');
});

test('functions that await each other end the search; generators and classes of that name are none', () => {
  const graph = heapOf([
    { name: 'Generator', edges: ['hidden 2 1'] },
    { name: 'Promise', edges: ['hidden 0 2'] },
    { name: 'Generator', edges: ['hidden 2 3'] },
    { name: 'Promise', edges: ['hidden 0 0'] },
    { name: 'Generator', edges: ['property next 3'] },
  ]);
  assert.deepEqual([...suspendedFunctions(graph)].sort(), [0, 2]);
});
