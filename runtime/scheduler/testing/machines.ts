import type { NodeResources } from '../model';

/** A node's resources, for tests. */
export function machine(cpus: number, part: Partial<NodeResources> = {}): NodeResources {
  return { host: 'simulated', cpus, memoryMiB: 1000, labels: [], custom: {}, weight: cpus, ...part };
}
