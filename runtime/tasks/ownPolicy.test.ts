import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockstepError } from '../protocol/errors';
import { defaultNeeds, type NodeView, type TaskView } from '../scheduler/model';
import { policyNames } from '../scheduler/policies';
import { type Choose, policyOf } from './ownPolicy';

const nodes = [{ rank: 1 }, { rank: 2 }] as NodeView[];
const task = { id: 1, name: 'work', needs: defaultNeeds } as TaskView;
const context = { nowMs: 0, random: () => 0, turn: 0 };

const unexpected = (error: unknown): void => assert.fail(String(error));

function choice(choose: Choose): { rank: number; errors: unknown[]; name: string } {
  const errors: unknown[] = [];
  const policy = policyOf(choose, (error) => errors.push(error));
  return { rank: policy.choose(task, nodes, context).node.rank, errors, name: policy.name };
}

test('a function chooses among the nodes, and names the policy', () => {
  const found = choice(function last(_, each) {
    return each[1] as NodeView;
  });
  assert.deepEqual(found, { rank: 2, errors: [], name: 'last' });
});

test('one that throws, or chooses another node, is told of, and the tasks go on', () => {
  const thrown = new Error('no');
  const throwing = choice(() => {
    throw thrown;
  });
  assert.deepEqual([throwing.rank, throwing.errors], [1, [thrown]]);
  const { rank, errors } = choice(() => ({ rank: 2 }) as NodeView);
  assert.equal(rank, 1);
  assert.equal((errors[0] as LockstepError).code, 'badChoice');
});

test('a name that there is not is refused with those that there are', () => {
  for (const name of policyNames) assert.equal(policyOf(name, unexpected).name, name);
  assert.throws(() => policyOf('fastest', unexpected), /no policy "fastest". There are: round-robin/);
});
