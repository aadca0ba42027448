import type { Wait } from '../../protocol/node';
import type { CollectiveOperation } from './collectiveOperation';
import { describeCollective } from './signature';

/** A wait in a collective call; which nodes it is for changes with the call's rounds. */
export class CollectiveWait implements Wait {
  collective: string | undefined;
  peer: number | undefined;
  waitsFor: number[] | undefined;
  #operation: CollectiveOperation<unknown> | undefined;
  readonly #signature: number;

  constructor(
    readonly operation: string,
    readonly communicator: string,
    readonly window: string | undefined,
    readonly ordinal: number,
    signature: number,
  ) {
    this.#signature = signature;
  }

  /** Tells what it is that the call waits for. */
  begin(operation: CollectiveOperation<unknown>): void {
    this.#operation = operation;
  }

  update(): void {
    this.collective = describeCollective(this.#signature);
    this.waitsFor = this.#operation?.awaited ?? [];
    this.peer = this.waitsFor[0];
  }
}
