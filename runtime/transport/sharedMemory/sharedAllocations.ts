import { closeSync, ftruncateSync } from 'node:fs';
import type { MemorySharing, SharedBytes } from '../endpoint';
import { inboxPath } from './inbox';
import type { Mapping, NativeMemory } from './nativeMemory';

/**
 * Memory for the nodes of one machine, beside their inboxes. It has no name: while its maker has it open others of the
 * same user find it through /proc, later it lives as long as somebody has it mapped.
 */
export class SharedAllocations implements MemorySharing {
  private readonly mappings = new Map<SharedBytes, Mapping>();

  /** `reaches` tells of a rank whether its node is on this machine. */
  constructor(
    private readonly native: NativeMemory,
    readonly reaches: (rank: number) => boolean,
  ) {}

  make(bytes: number): ReturnType<MemorySharing['make']> {
    const file = this.native.create();
    try {
      ftruncateSync(file, bytes);
      this.native.reserve(file, 0, bytes);
      const memory = this.keep(this.native.map(file, 0, bytes));
      return { memory, path: inboxPath(file), withdraw: () => closeSync(file) };
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  map(path: string, bytes: number): SharedBytes {
    const [mapping] = this.native.mapParts(path, [{ offset: 0, bytes, reserve: false }]) as [Mapping];
    return this.keep(mapping);
  }

  release(memory: SharedBytes): void {
    const mapping = this.mappings.get(memory);
    if (!mapping) return;
    this.mappings.delete(memory);
    this.native.unmap(mapping);
  }

  private keep(mapping: Mapping): SharedBytes {
    this.mappings.set(mapping.memory, mapping);
    return mapping.memory;
  }
}
