import { LockstepError } from '../../runtime/protocol/errors';
import type { DebuggedNode } from './debuggedNode';
import type { Pause, ProgramFrame } from './pause';

interface KnownFrame {
  node: DebuggedNode;
  pause: Pause;
  /** Absent where it awaits, in no frame. */
  frame?: ProgramFrame;
}

/** The numbers under which the client asks about frames. A number is never used twice. */
export class FrameStore {
  private readonly frames = new Map<number, KnownFrame>();
  private lastId = 0;

  add(known: KnownFrame): number {
    this.frames.set(++this.lastId, known);
    return this.lastId;
  }

  /** A number for something that has no variables, such as a label. */
  reserve(): number {
    return ++this.lastId;
  }

  /** Throws `staleReference` when the node has gone on since. */
  get(id: number): KnownFrame {
    const known = this.frames.get(id);
    if (!known || known.node.pause !== known.pause) {
      throw new LockstepError('staleReference', { what: `Stack frame ${id}` });
    }
    return known;
  }

  /** Forgets the frames of stops that are over. */
  purge(): void {
    for (const [id, { node, pause }] of this.frames) if (node.pause !== pause) this.frames.delete(id);
  }
}
