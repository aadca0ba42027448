/** How a process that was started by someone else, such as `mpiexec`, becomes a node: its boot is handed over in memory. */
import type { NodeBoot } from '../protocol/agentLink';

const key = Symbol.for('lockstep.boot');
const place = globalThis as { [key]?: NodeBoot };

/** Leaves a boot for the node that is loaded into this process next. */
export function handOverBoot(boot: NodeBoot): void {
  place[key] = boot;
}

/** The boot that was handed over; undefined in a process that is given it on its standard input. */
export function takeHandedBoot(): NodeBoot | undefined {
  const boot = place[key];
  delete place[key];
  return boot;
}
