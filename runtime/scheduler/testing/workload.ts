/** Tasks for the simulator, from a seed: a graph, and what becomes of it if one after the other runs without a fault. */
import { defaultNeeds, type TaskSpec } from '../model';
import type { Behavior } from './simulatedNode';

export interface SimulatedTask {
  spec: TaskSpec;
  behavior: Behavior;
}

/** A task of one job that takes so long, and nothing else of interest. */
export function simpleTask(id: number, ms: number, part: Partial<TaskSpec> = {}): SimulatedTask {
  const spec: TaskSpec = {
    id,
    job: 'job',
    name: 'work',
    dependencies: [],
    needs: defaultNeeds,
    priority: 0,
    retries: 0,
    backoffMs: 1,
    inputBytes: 0,
    ...part,
  };
  const value = (inputs: readonly number[]) =>
    inputs.reduce((sum, each) => (sum * 31 + each) % 1_000_003, id);
  const behavior = { ms, cpus: spec.needs.cpus, bytes: 8, inline: true, value, errorsLeft: 0, kills: false };
  return { spec, behavior };
}

/** A random graph of tasks of several names and sizes; some throw at first. */
export function randomWorkload(random: () => number, size: number): SimulatedTask[] {
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: size }, (_, id) => {
    const names = ['read', 'map', 'join'];
    const inputs = id > 0 && random() < 0.6 ? 1 + below(3) : 0;
    const dependencies = [...new Set(Array.from({ length: inputs }, () => below(id)))];
    const errors = random() < 0.1 ? 1 : 0;
    const task = simpleTask(id, random() * 10, {
      job: `job ${below(3)}`,
      name: names[below(3)] as string,
      dependencies,
      priority: below(3),
      retries: 2,
      needs: random() < 0.2 ? { ...defaultNeeds, cpus: 2, memoryMiB: 100 } : defaultNeeds,
      inputBytes: below(1_000_000),
    });
    Object.assign(task.behavior, { errorsLeft: errors, inline: random() < 0.4, bytes: below(10_000_000) });
    return task;
  });
}

/** Values of all tasks, as one loop computes them. */
export function serially(tasks: readonly SimulatedTask[]): Map<number, number> {
  const values = new Map<number, number>();
  for (const { spec, behavior } of tasks) {
    values.set(spec.id, behavior.value(spec.dependencies.map((id) => values.get(id) as number)));
  }
  return values;
}
