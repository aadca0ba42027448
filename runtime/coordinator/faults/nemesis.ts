/**
 * Random faults, one after the other, as a seed determines (after the nemesis of K. Kingsbury's Jepsen). Pure: the same seed
 * and size give the same faults at the same times.
 */
import { seededRandom } from '../../core/seededRandom';
import { type Fault, type Nemesis, type NemesisFault, type Ranks } from '../../protocol/faults';

/** A fault, how long after the one before it begins, and how long it lasts. */
export interface NemesisStep {
  afterMs: number;
  forMs: number;
  fault: Fault;
}

const defaultFaults: readonly NemesisFault[] = ['delay', 'bandwidth', 'loss', 'cut', 'stop', 'slow'];
/** A node that stands for longer may be taken for dead. */
const longestStopMs = 1500;

/** The steps of a nemesis, for a job of this size. */
export function* nemesisSteps(
  { faults = defaultFaults, everyMs = 1000, count = Infinity, spare = [] }: Nemesis,
  seed: number,
  size: number,
): Generator<NemesisStep> {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const spared = typeof spare === 'number' ? [spare] : spare;
  const victims = Array.from({ length: size }, (_, rank) => rank).filter((rank) => !spared.includes(rank));
  const possible = faults.filter((kind) => isPossible(kind, size, victims));
  if (possible.length === 0) return;
  for (let made = 0; made < count; made += 1) {
    const afterMs = everyMs * (0.5 + random());
    const lastsMs = everyMs * random();
    const kind = possible[below(possible.length)] as NemesisFault;
    const fault = draw(kind, size, victims, random);
    yield { afterMs, forMs: kind === 'stop' ? Math.min(lastsMs, longestStopMs) : lastsMs, fault };
  }
}

function isPossible(kind: NemesisFault, size: number, victims: readonly number[]): boolean {
  return kind === 'stop' || kind === 'slow' || kind === 'kill' ? victims.length > 0 : size > 1;
}

function draw(kind: NemesisFault, size: number, victims: readonly number[], random: () => number): Fault {
  const below = (limit: number) => Math.floor(random() * limit);
  const node = victims[below(victims.length)] as number;
  const from = below(size);
  const to = (from + 1 + below(size - 1)) % size;
  switch (kind) {
    case 'delay':
      return { fault: 'delay', from, to, ms: 1 + below(100), jitter: below(20) };
    case 'bandwidth':
      return { fault: 'bandwidth', from, to, mbit: 1 + below(100) };
    case 'loss':
      return { fault: 'loss', from, to, rate: 0.01 + 0.2 * random() };
    case 'cut':
      return { fault: 'cut', sides: halves(size, random) };
    case 'stop':
    case 'kill':
      return { fault: kind, node };
    case 'slow':
      return { fault: 'slow', node, share: 0.1 + 0.4 * random() };
  }
}

/** Two sides, neither of them empty. */
function halves(size: number, random: () => number): [Ranks, Ranks] {
  const first = Math.floor(random() * size);
  const sides: [number[], number[]] = [[first], []];
  for (let rank = 0; rank < size; rank += 1) {
    if (rank === first) continue;
    const isLast = sides[1].length === 0 && rank === (first === size - 1 ? size - 2 : size - 1);
    sides[isLast || random() < 0.5 ? 1 : 0].push(rank);
  }
  return sides;
}
