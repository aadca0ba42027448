/** What a node waits for that waits for requests: described when somebody looks, as requests complete meanwhile. */
import type { Call, SourceLocation, Wait } from '../protocol/node';
import { locatedCall, type OpenRequest, type Site } from './operation';

/** So many open requests are described one by one. */
const described = 8;

class RequestWait implements Wait {
  readonly communicator: string;
  peer: number | undefined;
  requests: Call[] | undefined;
  open: number | undefined;
  waitsFor: number[] | undefined;
  at: SourceLocation | undefined;
  readonly #requests: readonly OpenRequest[];
  readonly #site: Site | undefined;

  constructor(
    readonly operation: string,
    readonly needs: 'all' | 'any',
    requests: readonly OpenRequest[],
    site: Site | undefined,
  ) {
    this.#site = site;
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
    if (this.#site) this.at = this.#site() ?? this.requests[0]?.at;
  }
}

/**
 * A wait of a call (`wait`, `waitAny`, …) for all of some requests, or for any one. `site` is where the program waits,
 * where that is no call that it stands in.
 */
export function waitFor(
  operation: string,
  needs: 'all' | 'any',
  requests: readonly OpenRequest[],
  site?: Site,
): Wait {
  return new RequestWait(operation, needs, requests, site);
}
