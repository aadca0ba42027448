import { existsSync, readFileSync } from 'node:fs';

/** One day at the station; temperatures in degrees Celsius, rain in millimetres. */
export interface Reading {
  year: number;
  warmest: number;
  coldest: number;
  rain: number;
}

/** Reads the days of a CSV file: date, precipitation, temp_max, temp_min, … */
export function readReadings(path: string): Reading[] {
  if (!existsSync(path)) {
    throw new Error(
      `There is no file ${path} in ${process.cwd()}. ` +
        'Make the sample anew with "Lockstep: Create Sample Workspace"; in the source code of Lockstep, run "npm run build".',
    );
  }
  const [, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => {
    const [date, rain, warmest, coldest] = line.split(',');
    return {
      year: Number(date.slice(0, 4)),
      warmest: Number(warmest),
      coldest: Number(coldest),
      rain: Number(rain),
    };
  });
}
