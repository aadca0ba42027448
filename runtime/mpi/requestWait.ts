/** What a node waits for that waits for requests: described when somebody looks, as requests complete meanwhile. */
import type { Call, Wait } from '../protocol/node';
import { locatedCall, type OpenRequest } from './operation';

/** So many open requests are described one by one. */
const described = 8;

class RequestWait implements Wait {
  readonly communicator: string;
  peer: number | undefined;
  requests: Call[] | undefined;
  open: number | undefined;
  waitsFor: number[] | undefined;
  readonly #requests: readonly OpenRequest[];

  constructor(
    readonly operation: string,
    readonly needs: 'all' | 'any',
    requests: readonly OpenRequest[],
  ) {
    this.communicator = requests[0]?.call.communicator ?? 'world';
    this.#requests = requests;
  }

  update(): void {
    const calls = this.#requests
      .filter(({ operation }) => operation && !operation.done)
      .map(({ call }) => call);
    this.waitsFor = [...new Set(calls.map(({ worldPeer }) => worldPeer ?? -1))];
    this.peer = this.waitsFor.length === 1 ? this.waitsFor[0] : undefined;
    this.requests = calls.slice(0, described).map(locatedCall);
    this.open = calls.length;
  }
}

/** A wait of a call (`wait`, `waitAny`, …) for all of some requests, or for any one. */
export function waitFor(operation: string, needs: 'all' | 'any', requests: readonly OpenRequest[]): Wait {
  return new RequestWait(operation, needs, requests);
}
