import type { RunningService, ServiceContext } from 'lockstep';
import { type Reading, readReadings } from './readings';

/** What a version of the service makes of a year: a mean temperature in degrees Celsius, and a line to print. */
export interface Summary {
  mean: number;
  text: string;
}

/**
 * A weather station: takes the days of Seattle one after the other, as if they came in from sensors, and sums up each
 * year when it is complete. With several replicas, replica 1 of 4 takes every fourth day, and so on.
 */
export function station(
  { rank, size, log }: ServiceContext,
  summarize: (days: Reading[]) => Summary,
): RunningService {
  const days = readReadings('data/seattle-weather.csv').filter((_, day) => day % size === rank);
  let year: Reading[] = [];
  let last: Summary | undefined;

  const sensor = setInterval(() => {
    const day = days.shift();
    if (day && (year.length === 0 || day.year === year[0].year)) {
      year.push(day);
      return;
    }
    if (year.length > 0) {
      last = summarize(year);
      log(`${year[0].year}: ${year.length} days, ${last.text}`);
    }
    year = day ? [day] : [];
  }, 2);

  return {
    // Nobody has ever measured such a mean temperature outside of this range: whoever says so is wrong.
    healthy: () => last !== undefined && last.mean > -60 && last.mean < 40,
    stop: () => clearInterval(sensor),
  };
}

/** The mean of what `of` says of each day. */
export function mean(days: Reading[], of: (day: Reading) => number): number {
  return days.reduce((sum, day) => sum + of(day), 0) / days.length;
}
