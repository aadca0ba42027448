/** Why each task went where it went, kept for a while. */
import type { NodeView, TaskId } from './model';

export interface Placement {
  task: TaskId;
  atMs: number;
  policy: string;
  rank: number;
  /** `stolen` names the rank that it was taken from. */
  reason: 'placed' | 'moved' | 'stolen' | 'copied';
  from?: number;
  candidates: readonly { rank: number; /** Lower is better; null: not looked at. */ score: number | null }[];
}

/** A placement with what its policy has looked at. */
interface Kept extends Omit<Placement, 'candidates' | 'from'> {
  from: number | undefined;
  nodes: readonly NodeView[];
  /** Of each node. */
  scores: readonly number[];
}

/** The last placements, at most `limit`. */
export class Placements {
  private readonly kept: Kept[] = [];
  private count = 0;

  constructor(private readonly limit: number) {}

  add(placement: Kept): void {
    this.kept[this.count % this.limit] = placement;
    this.count += 1;
  }

  /** Those of one task, oldest first. */
  of(task: TaskId): Placement[] {
    return this.newest(this.limit).filter((each) => each.task === task);
  }

  /** The newest, oldest of them first. */
  newest(most: number): Placement[] {
    const size = Math.min(most, this.kept.length);
    return Array.from({ length: size }, (_, index) =>
      placementOf(this.kept[(this.count - size + index) % this.limit] as Kept),
    );
  }
}

function placementOf({ nodes, scores, from, ...placement }: Kept): Placement {
  const candidates = nodes.map(({ rank }, index) => {
    const score = scores[index] ?? NaN;
    return { rank, score: Number.isNaN(score) ? null : score };
  });
  return from === undefined ? { ...placement, candidates } : { ...placement, from, candidates };
}
