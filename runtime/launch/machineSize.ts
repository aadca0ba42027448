/** How large a machine is, and what a node may take of it. */
import { availableParallelism, totalmem } from 'node:os';
import type { MachineSize } from '../protocol/relay';

/** Bounds of a node's heap where the cluster names none. */
const leastHeapMiB = 128;
const mostHeapMiB = 4096;

/** The machine that this process runs on: what a container or a batch system leaves of it, where that is less. */
export function ownMachineSize(): MachineSize {
  // 0 where nothing is known, a number beyond all memory where nothing is bounded.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return {
    memoryMiB: Math.floor(Math.min(totalmem(), constrained) / 2 ** 20),
    cores: availableParallelism(),
  };
}

/** Heap limit of each of `nodes` nodes on a machine: half of its memory shared, within sensible bounds. */
export function defaultHeapMiB({ memoryMiB, cores }: MachineSize, nodes: number): number {
  const share = memoryMiB / 2 / Math.max(nodes, cores);
  return Math.round(Math.min(mostHeapMiB, Math.max(leastHeapMiB, share)));
}

/** Heap limit of each rank, given the host that it runs on. */
export function heapLimits(hosts: readonly { readonly size: MachineSize }[]): number[] {
  return hosts.map((host) => defaultHeapMiB(host.size, hosts.filter((other) => other === host).length));
}
