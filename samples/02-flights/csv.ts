import { existsSync, readFileSync } from 'node:fs';

/** A row of a table: its values by the names of their columns. */
export type Row = Record<string, string>;

/** Reads a CSV file whose first line names the columns. */
export function readCsv(path: string): Row[] {
  if (!existsSync(path)) {
    throw new Error(
      `There is no file ${path} in ${process.cwd()}. ` +
        'Make the sample anew with "Lockstep: Create Sample Workspace"; in the source code of Lockstep, run "npm run build".',
    );
  }
  const [names, ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/).map(splitLine);
  return rows.map((values) => Object.fromEntries(names.map((name, column) => [name, values[column]])));
}

/** The values of one line. A value in quotes may hold commas, and quotes written twice: `"Dr. ""Bud"" Barron, Sr."`. */
function splitLine(line: string): string[] {
  const values = [''];
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') {
      if (!quoted && line[i - 1] === '"') values[values.length - 1] += '"'; // the second of two
      quoted = !quoted;
    } else if (line[i] === ',' && !quoted) {
      values.push('');
    } else {
      values[values.length - 1] += line[i];
    }
  }
  return values;
}
