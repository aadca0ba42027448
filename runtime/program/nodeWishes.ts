import type { NodesAnswer, NodesWish } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { ScaleReason } from '../protocol/scaling';

/** What a driver wants of the coordinator: nodes started, or let go. */
export class NodeWishes {
  private lastId = 0;
  private readonly open = new Map<
    number,
    { resolve: (ranks: number[]) => void; reject: (error: LockstepError) => void }
  >();

  /** `send` brings a wish on its way. */
  constructor(private readonly send: (wish: NodesWish) => void) {}

  /** Resolves with the ranks of the nodes that have joined; rejects where there is no place for them. */
  add(count: number, reason: ScaleReason): Promise<number[]> {
    return this.ask({ id: (this.lastId += 1), add: count, reason });
  }

  /** Resolves with their ranks once the processes of these nodes are gone. */
  letGo(ranks: readonly number[], reason: ScaleReason): Promise<number[]> {
    return this.ask({ id: (this.lastId += 1), letGo: ranks, reason });
  }

  /** The coordinator's answer has come. */
  answered({ id, ranks, error }: NodesAnswer): void {
    const wish = this.open.get(id);
    this.open.delete(id);
    if (error) wish?.reject(LockstepError.fromWire(error));
    else wish?.resolve(ranks);
  }

  private ask(wish: NodesWish): Promise<number[]> {
    return new Promise((resolve, reject) => {
      this.open.set(wish.id, { resolve, reject });
      this.send(wish);
    });
  }
}
