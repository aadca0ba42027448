import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { KnownEnd, SchedulerAction, TaskSpec } from './model';
import { leastLoad } from './policies/leastLoad';
import { SchedulerCore } from './schedulerCore';
import { machine } from './testing/machines';
import { simpleTask } from './testing/workload';

const coreOf = (): SchedulerCore =>
  new SchedulerCore({
    policy: leastLoad,
    random: () => 0.5,
    mostAttempts: 4,
    badAfterNodes: 3,
    speculation: true,
    grows: false,
    placementsKept: 100,
  });

const bad: KnownEnd = { type: 'failed', failure: { cause: 'bad', message: 'it is bad' } };

describe('tasks that ended in an earlier run', () => {
  test('are as they ended, at once and before any node is there', () => {
    const core = coreOf();
    const actions = [
      ...core.handle({ type: 'submit', task: simpleTask(1, 1).spec, known: { type: 'result', bytes: 8 } }, 0),
      ...core.handle({ type: 'submit', task: simpleTask(2, 1).spec, known: bad }, 0),
      ...core.handle({ type: 'submit', task: simpleTask(3, 1, { dependencies: [2] }).spec }, 0),
    ];
    assert.deepEqual(
      actions.map(({ type }) => type),
      ['resolved', 'rejected', 'rejected'],
    );
    const { done, failed, waiting } = core.census(simpleTask(1, 1).spec.job);
    assert.deepEqual([done, failed, waiting], [1, 2, 0]);
    assert.equal(core.retryObstacle(2), undefined);
    core.handle({ type: 'nodeJoined', rank: 1, epoch: 1, resources: machine(1) }, 0);
    const [again] = core.handle({ type: 'retry', task: 2 }, 1);
    assert.deepEqual([again?.type, again && 'task' in again && again.task], ['run', 2]);
  });

  test('never run, whichever they are; all others do once, and nothing is kept of any', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ known: fc.boolean(), inputs: fc.array(fc.nat(), { maxLength: 3 }) }), {
          maxLength: 40,
        }),
        (tasks) => {
          const core = coreOf();
          core.handle({ type: 'nodeJoined', rank: 1, epoch: 1, resources: machine(2) }, 0);
          const [runs, ends] = [new Map<number, number>(), new Map<number, number>()];
          const due: SchedulerAction[] = [];
          const count = (of: Map<number, number>, id: number) => of.set(id, (of.get(id) ?? 0) + 1);
          const take = (actions: SchedulerAction[]) => due.push(...actions);
          tasks.forEach(({ known, inputs }, index) => {
            const dependencies = [...new Set(index === 0 ? [] : inputs.map((each) => 1 + (each % index)))];
            const spec: TaskSpec = simpleTask(index + 1, 1, { dependencies }).spec;
            take(
              core.handle(
                { type: 'submit', task: spec, known: known ? { type: 'result', bytes: 8 } : undefined },
                0,
              ),
            );
          });
          for (let action = due.shift(); action; action = due.shift()) {
            if (action.type === 'resolved') count(ends, action.task);
            if (action.type !== 'run') continue;
            const { rank, epoch, task, attempt } = action;
            count(runs, task);
            const outcome = { type: 'result' as const, bytes: 8, inline: true };
            take(core.handle({ type: 'finished', rank, epoch, task, attempt, outcome, ms: 1 }, 1));
          }
          tasks.forEach(({ known }, index) => {
            assert.equal(ends.get(index + 1), 1);
            assert.equal(runs.get(index + 1) ?? 0, known ? 0 : 1);
            core.handle({ type: 'forget', task: index + 1 }, 2);
          });
          assert.equal(core.size, 0);
        },
      ),
    );
  });
});
