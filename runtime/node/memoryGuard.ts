/** Holds a node to its memory: by its control group, which the process enters here, or by watching where it has none. */
import { enterGroup, memoryKill } from '../core/controlGroup/nodeGroup';
import type { NodeBoot, NodeGroup } from '../protocol/agentLink';
import type { MemoryLimit } from '../protocol/node';

export class MemoryGuard {
  private constructor(
    readonly limit: MemoryLimit,
    private readonly group: NodeGroup | undefined,
  ) {}

  /** Resolves when the limit is held. Only what is taken from then on counts in a group: Node.js itself is there already. */
  static async stand({ group, memoryLimitMiB: limitMiB }: NodeBoot): Promise<MemoryGuard> {
    const watching = (reason?: string): MemoryGuard =>
      new MemoryGuard({ limitMiB, heldBy: 'watching', reason }, undefined);
    if (!group || 'reason' in group) return watching(group?.reason);
    try {
      await enterGroup(group);
      return new MemoryGuard({ limitMiB, heldBy: 'controlGroup' }, group);
    } catch (error) {
      return watching(`it may not enter its control group: ${(error as Error).message}`);
    }
  }

  /**
   * The node has had more than it may: it is to end. Of a group, the kernel has ended a process of it by then; if it
   * ended a child of the node, the node goes with it.
   */
  isExceeded(rssBytes: number): boolean {
    if (this.group) return memoryKill(this.group) === 'limit';
    return rssBytes > this.limit.limitMiB * 2 ** 20;
  }
}
