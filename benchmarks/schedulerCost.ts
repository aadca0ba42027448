/** What the scheduler's state machine takes for a task, by the number of tasks: it is to be the same for any. */
import { seededRandom } from '../runtime/core/seededRandom';
import { defaultNeeds, type SchedulerAction, type TaskSpec } from '../runtime/scheduler/model';
import { policyNamed } from '../runtime/scheduler/policies';
import { SchedulerCore } from '../runtime/scheduler/schedulerCore';
import { makeRow, type Row } from './row';

const sizes = [1e3, 1e4, 1e5, 1e6];
/** So many tasks are run for each size at least, and the fastest of so many repetitions counts. */
const atLeast = 100_000;
const repetitions = 3;
const nodes = 8;
const mostWaiting = 1000;

export function benchSchedulerCost(): Row[] {
  measure(atLeast); // until the code is compiled
  // In turns, so that what else the machine does befalls all sizes alike.
  const turns = Array.from({ length: repetitions }, () => sizes.map(measure));
  const costs = sizes.map((_, index) => Math.min(...turns.map((turn) => turn[index] as number)));
  return sizes.map((size, index) =>
    makeRow({
      bench: 'tasks',
      case: `the scheduler's own work, ${size.toLocaleString('en')} tasks, 1,000 waiting`,
      unit: 'µs/task',
      better: 'lower',
      ours: costs[index] as number,
      peer: 'the same with 10,000',
      theirs: costs[1] as number,
    }),
  );
}

/** Microseconds of processor time a task: handed in, placed, sent, ended, forgotten; at most so many wait at a time. */
function measure(size: number): number {
  const rounds = Math.max(1, Math.ceil(atLeast / size));
  const begin = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) runAll(size);
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / (rounds * size);
}

function runAll(size: number): void {
  const policy = policyNamed('work-stealing');
  if (!policy) throw new Error('there is no such policy');
  const core = new SchedulerCore({
    policy,
    random: seededRandom(1),
    mostAttempts: 4,
    badAfterNodes: 3,
    speculation: true,
    grows: false,
    placementsKept: 10_000,
  });
  const resources = { host: 'here', cpus: 1, memoryMiB: 0, labels: [], custom: {}, weight: 1 };
  for (let rank = 0; rank < nodes; rank += 1)
    core.handle({ type: 'nodeJoined', rank, epoch: 1, resources }, 0);
  let nowMs = 0;
  const sent: Extract<SchedulerAction, { type: 'run' }>[] = [];
  const handle = (...event: Parameters<SchedulerCore['handle']>): void => {
    for (const action of core.handle(...event)) if (action.type === 'run') sent.push(action);
  };
  let ended = 0;
  for (let id = 1; ended < size;) {
    for (; id <= size && id - ended < mostWaiting; id += 1)
      handle({ type: 'submit', task: specOf(id) }, nowMs);
    for (const { rank, task, attempt } of sent.splice(0)) {
      nowMs += 0.001;
      const outcome = { type: 'result', bytes: 8, inline: true } as const;
      handle({ type: 'finished', rank, epoch: 1, task, attempt, outcome, ms: 0.001 }, nowMs);
      handle({ type: 'forget', task }, nowMs);
      ended += 1;
    }
  }
  if (core.size > 0) throw new Error(`${core.size} tasks are left`);
}

function specOf(id: number): TaskSpec {
  return {
    id,
    job: 'job',
    name: 'work',
    dependencies: [],
    needs: defaultNeeds,
    priority: 0,
    retries: 0,
    backoffMs: 100,
    inputBytes: 0,
  };
}
