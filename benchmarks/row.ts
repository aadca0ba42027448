/** One measured case, beside the same case on a peer. */
export interface Row {
  bench: string;
  case: string;
  unit: string;
  /** Which direction is good. */
  better: 'lower' | 'higher';
  ours: number;
  /** What `theirs` was measured with. */
  peer: string;
  /** Null where the peer is not installed. */
  theirs: number | null;
  /** `ours / theirs`. */
  ratio: number | null;
  /** What lies in the way of either, where that is not the same. */
  note?: string;
}

/** A row from its measurements; the ratio follows from them. */
export function makeRow(row: Omit<Row, 'ratio'>): Row {
  return { ...row, ratio: row.theirs === null ? null : row.ours / row.theirs };
}

/** Rows as lines of text with aligned columns, the first one their headings; what is to be said of them comes last. */
export function formatTable(rows: Row[]): string[] {
  const cells = rows.map((row) => [
    row.bench,
    row.case,
    `${round(row.ours)} ${row.unit}`,
    row.theirs === null ? 'not installed' : `${round(row.theirs)} ${row.unit}`,
    row.ratio === null ? '' : row.ratio.toFixed(2),
    row.better,
    row.peer,
  ]);
  const table = [['bench', 'case', 'ours', 'theirs', 'ratio', 'better', 'peer'], ...cells];
  const isNumber = [false, false, true, true, true, false, false];
  const widths = isNumber.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const lines = table.map((line) =>
    line
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...new Set(rows.flatMap(({ note }) => note ?? []))];
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
