/** What a node waits for that waits for requests: described when somebody looks, as requests complete meanwhile. */
import type { Call, Wait } from '../protocol/node';
import { locatedCall, type OpenCall, type OpenRequest } from './operation';

/** So many open requests are described one by one. */
const described = 8;

/** A wait of a call (`wait`, `waitAny`, …) for all of some requests, or for any one. */
export function waitFor(operation: string, needs: 'all' | 'any', requests: readonly OpenRequest[]): Wait {
  const openCalls = (): OpenCall[] =>
    requests.filter((request) => request.operation && !request.operation.done).map(({ call }) => call);
  const peers = (): number[] => [...new Set(openCalls().map(({ worldPeer }) => worldPeer ?? -1))];
  // Own properties: whoever describes the wait copies them.
  return {
    operation,
    communicator: requests[0]?.call.communicator ?? 'world',
    needs,
    get peer(): number | undefined {
      const [first, second] = peers();
      return second === undefined ? first : undefined;
    },
    get requests(): Call[] {
      return openCalls().slice(0, described).map(locatedCall);
    },
    get open(): number {
      return openCalls().length;
    },
    get waitsFor(): number[] {
      return peers();
    },
  };
}
