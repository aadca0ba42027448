/**
 * The places in the program of recorded calls. To look at the stack takes microseconds, a small message takes about one;
 * so every place is looked up as long as that takes a small share of the time, and a program that does nothing but send
 * gets, in between, the place of its latest call of the same kind.
 */
import type { SourceLocation } from '../../protocol/node';

/** A place in the program: a key that is quick to find, and what it stands for. */
export interface PlaceFinder {
  /** The same for two calls only if they are made at the same place; undefined where no program is on the stack. */
  key(): number | string | undefined;
  /** The place that the present call is made at. */
  locate(): SourceLocation | undefined;
}

/** Share of the time that may go into finding places. */
const share = 0.01;
/** What may be spent ahead: some thousands of calls. */
const allowanceMs = 20;
/** Places that are told apart; beyond, the last one stands for all others. */
const maximumSites = 4096;
/** Kinds of calls whose latest place is remembered. */
const rememberedKinds = 256;

export class CallSites {
  private readonly numbers = new Map<number | string, number>();
  /** Number of the latest place of each kind; -1 where none was looked up: the first always is. */
  private readonly latest = new Int32Array(rememberedKinds).fill(-1);
  private spentMs = 0;
  private readonly sinceMs: number;
  /** Whether the last answer was the place of a call like the one that was asked for. */
  isLike = false;

  constructor(
    private readonly finder: PlaceFinder,
    private readonly nowMs: () => number,
    /** Called with each new place; they are numbered from 1. */
    private readonly onSite: (at: SourceLocation) => void,
  ) {
    this.sinceMs = nowMs();
  }

  /**
   * Number of the place of the present call, 0 if it has none; `kind` tells apart calls that are often made, `atMs` is a time
   * not long ago.
   */
  of(kind: number, atMs: number): number {
    const slot = kind & (rememberedKinds - 1);
    const latest = this.latest[slot] as number;
    if (latest >= 0 && this.spentMs > allowanceMs + (atMs - this.sinceMs) * share) {
      this.isLike = true;
      return latest;
    }
    this.isLike = false;
    const fromMs = this.nowMs();
    const key = this.finder.key();
    // What a place is called is found out once for each.
    this.spentMs += this.nowMs() - fromMs;
    const site = this.find(key);
    this.latest[slot] = site;
    return site;
  }

  private find(key: number | string | undefined): number {
    if (key === undefined) return 0;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    if (this.numbers.size >= maximumSites) return maximumSites;
    const at = this.finder.locate();
    if (at === undefined) return 0;
    const number = this.numbers.size + 1;
    this.numbers.set(key, number);
    this.onSite(at);
    return number;
  }
}
