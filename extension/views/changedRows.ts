/** A row as it was drawn last. */
export interface DrawnRow {
  /** All that can be seen and heard of it. */
  look: string;
  /** The ids of the rows below it. */
  below: string;
}

/** The id of what lies above all rows. */
export const root = '';

/**
 * The ids of the rows that have to be drawn anew, each with what lies below it: those that look different, or have others
 * below them. Of rows that have come or gone it is the row above.
 */
export function changedRows(
  before: ReadonlyMap<string, DrawnRow>,
  now: ReadonlyMap<string, DrawnRow>,
): string[] {
  return [...now].flatMap(([id, { look, below }]) => {
    const last = before.get(id);
    if (!last && id !== root) return [];
    return last?.look === look && last.below === below ? [] : [id];
  });
}
