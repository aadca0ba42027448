import { monotonicMs } from '../../core/clock';
import { describeFault } from '../../protocol/faults';
import type { Job } from '../job';
import { faultLine, type FaultyJob } from './jobFaults';

/** How long a node may take to hear of faults before nobody waits for it any more: it may be stopped. */
const tellMs = 1000;
/** So many faults are printed; a program may ask for one in each round. */
const printed = 100;

/** What faults need of a job. */
export function faultyJob(job: Job): FaultyJob {
  let told = 0;
  return {
    get size() {
      return job.info.size;
    },
    clock: job.context.clock,
    monotonicMs,
    async tell(faults) {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise((resolve) => (timer = setTimeout(resolve, tellMs)));
      await Promise.race([Promise.all(job.nodes.map((node) => node.tellFaults(faults))), limit]);
      clearTimeout(timer);
    },
    kill: (rank) => job.kill(rank, 'it was killed on purpose, as a fault'),
    throttle(rank, share) {
      const { process } = job.nodes[rank] ?? {};
      process?.throttle?.(share);
      return process?.throttle !== undefined;
    },
    lost(rank) {
      const node = job.nodes[rank];
      return node?.finished?.leftovers?.lost ?? node?.info.wait?.lost ?? [];
    },
    happened(record) {
      void job.context.publish({ type: 'faultInjected', job: job.info.id, ...record });
      told += 1;
      if (told === 1) {
        const { seed } = job.faults;
        void job.print(0, 'lockstep', `The faults of this run come from seed ${seed}.`);
      }
      const { fault } = record;
      const rank = 'node' in fault ? fault.node : 0;
      if (told <= printed) void job.print(rank, 'lockstep', faultLine(record));
      else if (told === printed + 1)
        void job.print(0, 'lockstep', `More faults follow that are not printed (${describeFault(fault)}).`);
    },
  };
}
