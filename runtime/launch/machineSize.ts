/** How large a machine is, and what a node may take of it. */
import { availableParallelism, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { MachineSize } from '../protocol/relay';

/** The heap that V8 gives a process of this machine by itself. */
export const ownHeapMiB = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20);
/** A node does not start with less. */
const leastHeapMiB = 128;
/** Part of a machine's memory that the nodes' heaps may fill together where the cluster names no limit. */
const sharedPart = 3 / 4;

/** The machine that this process runs on: what a container or a batch system leaves of it, where that is less. */
export function ownMachineSize(): MachineSize {
  // 0 where nothing is known, a number beyond all memory where nothing is bounded.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return {
    memoryMiB: Math.floor(Math.min(totalmem(), constrained) / 2 ** 20),
    cores: availableParallelism(),
  };
}

/** Heap limit of each of `nodes` nodes on a machine: three quarters of its memory shared, and no more than V8 takes by itself. */
export function defaultHeapMiB({ memoryMiB, cores }: MachineSize, nodes: number): number {
  const share = (memoryMiB * sharedPart) / Math.max(nodes, cores);
  return Math.round(Math.min(ownHeapMiB, Math.max(leastHeapMiB, share)));
}

/** Heap limit of each rank, given the host that it runs on. */
export function heapLimits(hosts: readonly { readonly size: MachineSize }[]): number[] {
  return hosts.map((host) => defaultHeapMiB(host.size, hosts.filter((other) => other === host).length));
}
