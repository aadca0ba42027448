import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { communicationTypes } from '../../runtime/protocol/debug';
import { ExceptionBreakpoints, exceptionFilters } from './exceptionFilters';

type Conditions = Record<string, ((event: object) => unknown) | undefined>;

function conditionsOf(exceptions: ExceptionBreakpoints, rank: number): Conditions {
  return runInNewContext(`(${exceptions.communicationFor(rank)})`) as Conditions;
}

test('the conditions of communication are functions of its event, at the ranks that they name', () => {
  const exceptions = new ExceptionBreakpoints();
  exceptions.set(
    ['collective'],
    [{ filterId: 'receive', condition: '@1-2 && tag === 7 && source === 1 // the answer' }],
  );
  assert.deepEqual(Object.keys(conditionsOf(exceptions, 0)), ['collective']);
  const { receive, collective, send } = conditionsOf(exceptions, 2);
  assert.equal(send, undefined);
  assert.equal(collective?.({ call: 'barrier' }), true);
  assert.equal(receive?.({ tag: 7, source: 1 }), true);
  assert.equal(receive?.({ tag: 7, source: 0 }), false);
});

test('each kind of communication has a filter, off unless it is asked for; deadlocks and aborts stop by default', () => {
  const byId = new Map(exceptionFilters.map((filter) => [filter.filter, filter]));
  for (const type of communicationTypes) {
    assert.equal(byId.get(type)?.default, type === 'abort');
    assert.ok(byId.get(type)?.supportsCondition);
  }
  assert.equal(byId.get('deadlock')?.default, true);
  const exceptions = new ExceptionBreakpoints();
  assert.equal(exceptions.stopsAtDeadlock, false);
  exceptions.set(['deadlock'], []);
  assert.equal(exceptions.stopsAtDeadlock, true);
});
