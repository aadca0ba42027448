/** Results that stay at the node that made them, and results and arguments that it fetches from elsewhere. */
import type { Wait } from '../protocol/node';
import { notices, type ResultAnswer } from './messages';
import type { TaskPort } from './taskPort';
import type { Packed } from './wire';

/** A result is not where it was said to be: its holder is gone, or has let it go. */
export class InputLost extends Error {
  constructor(
    readonly input: number,
    readonly holder: number,
  ) {
    super(`the result of task ${input} is not at node ${holder}`);
  }
}

export class HeldResults {
  private readonly held = new Map<number, Packed>();
  private readonly fetched = new Map<number, { holder: number; found: boolean; value: Packed }>();
  private readonly shared = new Map<string, Packed>();
  private readonly asked = new Set<string>();
  /** Asked for, and not kept any more. */
  private readonly dropped = new Set<string>();

  constructor(
    private readonly port: TaskPort,
    private readonly driverRank: number,
  ) {
    port.on(notices.release, (ids) => {
      for (const id of ids as number[]) this.held.delete(id);
    });
    port.on(notices.shared, (value) => {
      const [hash, ...packed] = value as [string, Packed?];
      this.asked.delete(hash);
      if (packed.length > 0) this.shared.set(hash, packed[0]);
      else this.dropped.add(hash);
    });
    port.on(notices.dropShared, (hash) => void this.shared.delete(hash as string));
  }

  hold(id: number, value: Packed): void {
    this.held.set(id, value);
  }

  /** What this node holds; undefined where it does not. */
  find(id: number): { value: Packed } | undefined {
    return this.held.has(id) ? { value: this.held.get(id) } : undefined;
  }

  answered([id, found, value]: ResultAnswer, from: number): void {
    this.fetched.set(id, { holder: from, found, value });
  }

  /** The result that a node holds; blocks until it is here. Throws InputLost. */
  fetch(id: number, holder: number): Packed {
    const own = this.held.get(id);
    if (own !== undefined) return own;
    const { port, fetched } = this;
    if (port.hasFailed(holder)) throw new InputLost(id, holder);
    fetched.delete(id);
    port.send(holder, notices.wantResult, id);
    const wait: Wait = { operation: 'fetchResult', communicator: port.name, peer: holder };
    port.blockUntil(() => fetched.has(id) || port.hasFailed(holder), wait);
    const answer = fetched.get(id);
    fetched.delete(id);
    if (!answer?.found) throw new InputLost(id, holder);
    return answer.value;
  }

  /** Asks for an argument that is shared, if it is not here. */
  ask(hash: string): void {
    if (this.shared.has(hash) || this.asked.has(hash)) return;
    this.dropped.delete(hash);
    this.asked.add(hash);
    this.port.send(this.driverRank, notices.wantShared, hash);
  }

  /** An argument that is shared; blocks until it is here. Throws an Error where the task was given up and it is gone. */
  sharedValue(hash: string): Packed {
    this.ask(hash);
    const wait: Wait = { operation: 'fetchArgument', communicator: this.port.name, peer: this.driverRank };
    this.port.blockUntil(() => this.shared.has(hash) || this.dropped.has(hash), wait);
    if (this.dropped.delete(hash))
      throw new Error('an argument is not there any more: the task was given up');
    return this.shared.get(hash);
  }
}
