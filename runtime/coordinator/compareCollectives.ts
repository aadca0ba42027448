import { LockstepError } from '../protocol/errors';
import type { Finding, JobFailure } from '../protocol/job';
import type { CollectiveHistory } from '../protocol/messages';

type Kind = CollectiveHistory['kinds'][number];

/**
 * Why a job has failed whose nodes have all returned and have not made the same collective calls: a root of its own, or
 * a call too many, may stop nobody and only leave wrong values behind. Undefined if they have made the same, as far as
 * their latest calls are known.
 *
 * Cost: a pass over the calls that all nodes remember.
 */
export function collectiveFailure(
  histories: readonly (CollectiveHistory | undefined)[],
): JobFailure | undefined {
  const all = histories.flatMap((history, rank) => (history ? [{ rank, history }] : []));
  const first = Math.max(0, ...all.map(({ history }) => history.calls - history.latest.length));
  const most = Math.max(0, ...all.map(({ history }) => history.calls));
  for (let number = first; number < most; number += 1) {
    const calls = all.map(({ rank, history }) => ({ rank, kind: callOf(history, number) }));
    const groups = new Map<string | undefined, typeof calls>();
    for (const each of calls) {
      groups.set(each.kind?.call, [...(groups.get(each.kind?.call) ?? []), each]);
    }
    const [odd, ...others] = [...groups.values()].sort((a, b) => a.length - b.length);
    const usual = others.at(-1);
    if (odd && usual) return failure(odd, usual, calls);
  }
  return undefined;
}

interface NodeCall {
  rank: number;
  kind: Kind | undefined;
}

/** Told at the odd node, which is probably the one that is wrong. */
function failure(odd: NodeCall[], usual: NodeCall[], calls: NodeCall[]): JobFailure {
  const [wrong, right] = [odd[0] as NodeCall, usual[0] as NodeCall];
  const error = new LockstepError('collectiveMismatch', {
    communicator: 'world',
    node: right.rank,
    theirs: words(right.kind),
    ours: words(wrong.kind),
  });
  const places = calls.map(({ rank, kind }): Finding => ({
    rank,
    at: kind?.at,
    text: `Node ${rank} calls ${words(kind)} here.`,
  }));
  return { rank: wrong.rank, at: wrong.kind?.at, error: error.toWire(), places };
}

const words = (kind: Kind | undefined): string => kind?.call ?? 'none any more';

/** The call of this number, counted from 0. */
function callOf({ calls, latest, kinds }: CollectiveHistory, number: number): Kind | undefined {
  const index = latest[number - (calls - latest.length)];
  return index === undefined ? undefined : kinds[index];
}
