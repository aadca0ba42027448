import { driver, Scheduler, task } from 'lockstep';
import { gantt } from './gantt';
import { lowerBoundMs, timesMs } from './workload';

/** Takes so long, and no processor: what is compared is where tasks go, not how fast this machine is. */
export const wait = task('wait', (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));

/** One workload by every policy, or by those that are named as arguments. */
export default driver(async ({ scheduler, args, log }) => {
  const ranks = scheduler.nodes.map(({ rank }) => rank);
  const boundMs = lowerBoundMs(ranks.length);
  const wanted =
    args.length > 0 ? args : [...Scheduler.policies.filter((name) => !name.includes('/')), 'even'];
  for (const policy of wanted) {
    // A policy of one's own: a pure function of the task and the nodes.
    scheduler.setPolicy(policy === 'even' ? (given, nodes) => nodes[given.id % nodes.length] : policy);
    const beginMs = performance.now();
    const tasks = scheduler.job(policy).map(wait, timesMs);
    await Promise.all(tasks.map((each) => each.result));
    const tookMs = performance.now() - beginMs;
    log(`${policy}: ${Math.round(tookMs)} ms, ${(tookMs / boundMs).toFixed(2)} of the bound`);
    for (const line of gantt(tasks, ranks, beginMs)) log(line);
  }
});
