/**
 * The broadcasts. A receiver cannot know how long the value is; so by default the root chooses, and the first message
 * shows the others what it chose: both ways begin at the same parent.
 */
import { decode } from '../../../core/codec';
import { type Payload, payloadBytes } from '../../../protocol/envelope';
import { placeInTree } from '../binomialTree';
import { libraryBcast } from '../library';
import { named, type Plan } from '../plan';
import { mapSchedule, type Participant, receive, type Schedule } from '../schedule';
import { binomialBcast, passDown } from './binomial';
import { linearBcast } from './linear';
import { pipelineBcast } from './pipeline';
import { fromParent, fromRoot, vanDeGeijnBcast } from './vanDeGeijn';
import { isBundle } from '../bundle';

/** The algorithms of `bcast`, by the names that a program gives. The payload is there at the root alone. */
export const bcastAlgorithms = {
  binomial: binomialBcast,
  vanDeGeijn: vanDeGeijnBcast,
  pipeline: pipelineBcast,
  linear: linearBcast,
} satisfies Record<
  string,
  (participant: Participant, own: Payload | undefined, root: number) => Schedule<Payload>
>;

/** From this many bytes on, cutting pays; for few nodes the tree is as good. */
const longBytes = 512 * 1024;
const fewNodes = 4;

/** The root's choice by length and number of nodes; `chosen` hears it at every node. */
export function* chosenBcast(
  participant: Participant,
  own: Payload | undefined,
  root: number,
  chosen: (algorithm: keyof typeof bcastAlgorithms) => void,
): Schedule<Payload> {
  const place = placeInTree(participant, root);
  if (own && participant.size > fewNodes && payloadBytes(own) >= longBytes) {
    chosen('vanDeGeijn');
    return yield* fromRoot(participant, place, own);
  }
  const payload = own ?? (yield* receive(place.parent as number));
  if (!own && isBundle(payload)) {
    chosen('vanDeGeijn');
    return yield* fromParent(participant, place, root, payload);
  }
  chosen('binomial');
  yield* passDown(place, payload);
  return payload;
}

/** The name of a broadcast's algorithm. */
export type BcastAlgorithm = keyof typeof bcastAlgorithms | 'library';

/** A broadcast at one node; the root gets back the value it gave. */
export function planBcast<T>(
  participant: Participant,
  data: T,
  root: number,
  algorithm?: BcastAlgorithm,
): Plan<T> {
  const isRoot = participant.rank === root;
  const own = isRoot ? participant.encode(data) : undefined;
  const chosen = (name: BcastAlgorithm) => (plan.algorithm = name);
  const payloads = algorithm
    ? named(participant.name, { ...bcastAlgorithms, library: libraryBcast }, algorithm)(
        participant,
        own,
        root,
      )
    : chosenBcast(participant, own, root, chosen);
  const valueOf = (payload: Payload) => (isRoot ? data : (decode(payload) as T));
  const plan: Plan<T> = { algorithm: algorithm ?? '', schedule: mapSchedule(payloads, valueOf) };
  return plan;
}
