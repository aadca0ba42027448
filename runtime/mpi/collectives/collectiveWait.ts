import type { Wait } from '../../protocol/node';
import { describeCollective } from './signature';

/** What a call waits for: world ranks of nodes. */
export interface Awaiting {
  readonly awaited: number[];
}

/** A wait in a collective call; which nodes it is for changes with the call's rounds. */
export class CollectiveWait implements Wait {
  collective: string | undefined;
  peer: number | undefined;
  waitsFor: number[] | undefined;
  #awaiting: Awaiting | undefined;
  ordinal = 0;
  #signature = 0;

  constructor(
    readonly operation: string,
    readonly communicator: string,
    readonly window: string | undefined,
  ) {}

  /** It is another call of its communicator: by number, from 1, and by what it is. */
  renew(ordinal: number, signature: number): void {
    this.ordinal = ordinal;
    this.#signature = signature;
    this.#awaiting = undefined;
    this.waitsFor = this.peer = this.collective = undefined;
  }

  /** Tells what it is that the call waits for. */
  begin(awaiting: Awaiting): void {
    this.#awaiting = awaiting;
  }

  update(): void {
    this.collective = describeCollective(this.#signature);
    this.waitsFor = this.#awaiting?.awaited ?? [];
    this.peer = this.waitsFor[0];
  }
}
