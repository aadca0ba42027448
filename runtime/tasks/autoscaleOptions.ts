import { maximumNodes } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import type { AutoscaleSettings } from '../scheduler/autoscaler';

/** Lets the number of nodes follow the work. Numbers of nodes count as `--nodes` does: the driver's node is one of them. */
export interface AutoscaleOptions {
  /** Fewest nodes; 2 if nothing is said, the driver and one that runs tasks. */
  min?: number;
  /** Most nodes. */
  max: number;
  /** Busy share of the nodes' processors that is aimed at, above 0, up to 1; 0.8 if nothing is said. */
  utilization?: number;
  /** Nodes leave once fewer have been enough for so long; 10,000 if nothing is said. */
  coolDownMs?: number;
}

/** What a program says of it, whole. Throws LockstepError(badScale). */
export function autoscaleSettings(options: AutoscaleOptions): AutoscaleSettings {
  const { min = 2, max, utilization = 0.8, coolDownMs = 10_000 } = options;
  const check = (name: string, value: unknown, isRight: boolean, expected: string): void => {
    if (isRight) return;
    const next = 'For example: driver(run, { autoscale: { min: 2, max: 8, coolDownMs: 5000 } }).';
    throw new LockstepError('badScale', { call: `autoscale.${name}`, value: String(value), expected, next });
  };
  const isCount = (value: unknown): value is number => Number.isInteger(value);
  check(
    'min',
    min,
    isCount(min) && min >= 1 && min <= maximumNodes,
    `a number of nodes from 1 to ${maximumNodes}`,
  );
  check(
    'max',
    max,
    isCount(max) && max >= min && max <= maximumNodes,
    `a number of nodes from ${min} (the minimum) to ${maximumNodes}`,
  );
  check('utilization', utilization, utilization > 0 && utilization <= 1, 'a share above 0, up to 1');
  check('coolDownMs', coolDownMs, Number.isFinite(coolDownMs) && coolDownMs >= 0, 'a number of milliseconds');
  return { min, max, utilization, coolDownMs };
}
