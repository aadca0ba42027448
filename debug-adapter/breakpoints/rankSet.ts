interface Range {
  first: number;
  last: number;
}

/** A wrong rank set or condition: what is wrong, and at which character (from 0). */
export class ConditionError extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** A set of ranks as users write it: `0,2-3`, `4-` (4 and up). */
export class RankSet {
  private constructor(private readonly ranges: Range[]) {}

  /** Every rank. */
  static readonly all = new RankSet([{ first: 0, last: Infinity }]);

  /** Parses `text`; `offset` is its place in what the user wrote. Throws {@link ConditionError}. */
  static parse(text: string, offset = 0): RankSet {
    const ranges: Range[] = [];
    let position = offset;
    for (const part of text.split(',')) {
      const lead = part.length - part.trimStart().length;
      const match = /^(\d{1,9})(?:\s*(-)\s*(\d{1,9})?)?$/.exec(part.trim());
      if (!match) {
        const shown = part.trim() === '' ? 'a rank is missing' : `"${part.trim()}" is not a rank or a range`;
        throw new ConditionError(shown, position + lead);
      }
      const first = Number(match[1]);
      const last = match[2] ? (match[3] === undefined ? Infinity : Number(match[3])) : first;
      if (last < first) throw new ConditionError(`the range ${part.trim()} is empty`, position + lead);
      ranges.push({ first, last });
      position += part.length + 1;
    }
    return new RankSet(ranges);
  }

  has(rank: number): boolean {
    return this.ranges.some(({ first, last }) => rank >= first && rank <= last);
  }

  /** True when no rank of a job of this size is in the set. */
  isEmptyFor(size: number): boolean {
    return this.ranges.every(({ first }) => first >= size);
  }

  toString(): string {
    return this.ranges
      .map(({ first, last }) =>
        first === last ? String(first) : `${first}-${last === Infinity ? '' : last}`,
      )
      .join(',');
  }
}
