import { driver, faults, task } from 'lockstep';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A request takes 0.8 s and no processor: what counts is how many there are, not how fast this machine is. */
export const answer = task('answer', async (request: number) => {
  await sleep(800);
  return request * request;
});

/** Ever more clients, then none: the autoscaler has as many nodes as there is work for, and says why. */
export default driver(
  async ({ scheduler, cluster, log }) => {
    const job = scheduler.job('requests');
    let sent = 0;
    let right = 0;

    /** A client sends one request after the other until it is enough. */
    async function client(isEnough: () => boolean) {
      do {
        const request = (sent += 1);
        if ((await job.add(answer, [request]).result) === request * request) right += 1;
      } while (!isEnough());
    }
    const serve = (clients: number, isEnough: () => boolean) =>
      Promise.all(Array.from({ length: clients }, () => client(isEnough)));

    for (const clients of [1, 2, 3]) {
      await serve(clients, () => cluster.size > clients);
      log(`clients: ${clients}, nodes: ${cluster.size}`);
    }

    const ranks = scheduler.nodes.map(({ rank }) => rank);
    const newcomer = () => scheduler.nodes.find(({ rank }) => !ranks.includes(rank));
    faults.kill(ranks[0]);
    await serve(3, () => newcomer() !== undefined);
    log(`node ${ranks[0]} was killed, node ${newcomer()?.rank} is in its place, nodes: ${cluster.size}`);

    while (cluster.size > 2) await sleep(50);
    log(`clients: 0, nodes: ${cluster.size}`);

    log(sent === right ? 'every request has its answer' : `${sent - right} answers are wrong`);
    for (const { from, to, why } of cluster.decisions) if (from !== to) log(`from ${from} to ${to}: ${why}`);
  },
  { autoscale: { min: 2, max: 4, utilization: 1, coolDownMs: 1500 }, replaceLost: 1 },
);
