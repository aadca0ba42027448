/** Every policy on the same workloads, in the simulator: how long a job takes, in parts of the lower bound. */
import { seededRandom } from '../runtime/core/seededRandom';
import { policyNamed, policyNames } from '../runtime/scheduler/policies';
import { ClusterSimulator } from '../runtime/scheduler/testing/clusterSimulator';
import { machine } from '../runtime/scheduler/testing/machines';
import { simpleTask } from '../runtime/scheduler/testing/workload';
import { makeRow, type Row } from './row';

const tasks = 400;
const nodes = 8;

interface Workload {
  name: string;
  timesMs: number[];
  /** Of each node; and when it joins. */
  nodes: { speed: number; joinsAtMs: number }[];
}

export function benchTaskPolicies(): Row[] {
  return workloads().flatMap((workload) =>
    policyNames.map((policy) =>
      makeRow({
        bench: 'tasks',
        case: `${workload.name}: ${policy}`,
        unit: '× bound',
        better: 'lower',
        ours: makespan(policy, workload) / lowerBound(workload),
        peer: 'lower bound',
        theirs: 1,
      }),
    ),
  );
}

function workloads(): Workload[] {
  const random = seededRandom(11);
  const uniform = Array.from({ length: tasks }, () => 20);
  /** Pareto with shape 1.5: few tasks are most of the work. */
  const heavyTailed = uniform.map(() => Math.min(500, 5 / (1 - random()) ** (1 / 1.5)));
  const alike = Array.from({ length: nodes }, () => ({ speed: 1, joinsAtMs: 0 }));
  return [
    { name: 'uniform', timesMs: uniform, nodes: alike },
    { name: 'heavy-tailed', timesMs: heavyTailed, nodes: alike },
    { name: 'one slow node', timesMs: uniform, nodes: [{ speed: 0.25, joinsAtMs: 0 }, ...alike.slice(1)] },
    { name: 'a late joiner', timesMs: uniform, nodes: [{ speed: 1, joinsAtMs: 400 }, ...alike.slice(1)] },
  ];
}

function makespan(name: string, workload: Workload): number {
  const policy = policyNamed(name);
  if (!policy) throw new Error(`there is no policy ${name}`);
  const options = { mostAttempts: 4, badAfterNodes: 3, speculation: true, grows: true, placementsKept: 10 };
  const simulator = new ClusterSimulator(seededRandom(3), { policy, ...options });
  workload.nodes.forEach(({ speed, joinsAtMs }, rank) => {
    if (joinsAtMs === 0) simulator.join(rank, machine(1), speed);
    else simulator.after(joinsAtMs, () => simulator.join(rank, machine(1), speed));
  });
  workload.timesMs.forEach((ms, id) => {
    const { spec, behavior } = simpleTask(id, ms);
    simulator.submit(spec, behavior);
  });
  simulator.run();
  return simulator.lastEndMs;
}

/** No schedule is shorter: all nodes work all the time that they are there, or the longest task takes it. */
function lowerBound({ timesMs, nodes: all }: Workload): number {
  const work = timesMs.reduce((sum, ms) => sum + ms, 0);
  const speed = all.reduce((sum, node) => sum + node.speed, 0);
  const missed = all.reduce((sum, node) => sum + node.speed * node.joinsAtMs, 0);
  const fastest = Math.max(...all.map((node) => node.speed));
  return Math.max((work + missed) / speed, Math.max(...timesMs) / fastest);
}
