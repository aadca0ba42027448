/**
 * How many nodes a job of tasks should have, by what waits and how busy they are. Pure: `(settings, state, load) -> decision`;
 * who asks carries it out, or does not.
 *
 * The need is what runs and waits over what a node should have of it: `ceil((running + queued) / (target × cpus of a node))`,
 * the formula of the Kubernetes horizontal pod autoscaler with the queue counted as load. Growth is at once, but not for
 * work that is over before a node could start (as dask's adaptive clusters look at the expected time of what waits). To
 * shrink, the highest need of the last `coolDownMs` counts (its "stabilization window"), so that a pause between two
 * bursts does not end nodes that the second one starts again.
 *
 * Cost: the looks of one window. Failures: none; a wish that cannot be carried out is wished again.
 */

export interface AutoscaleSettings {
  /** Bounds of the number of nodes, the driver's among them. */
  min: number;
  max: number;
  /** Busy share of the nodes' processors that is aimed at, above 0, up to 1. */
  utilization: number;
  /** A lower need has to last for so long. */
  coolDownMs: number;
}

/** What there is to do, and who does it. */
export interface Load {
  nowMs: number;
  /** Nodes of the job, and those of them that only drive: 1 or 0. */
  size: number;
  drivers: number;
  /** Processors of the nodes that run tasks: all, and those in use. */
  cpus: number;
  busyCpus: number;
  /** Tasks that are ready and wait for a node, and how long all that is not done is expected to take, in processor time. */
  queued: number;
  outstandingMs: number;
}

/** What is remembered from look to look: how many nodes were needed when. */
export interface AutoscaleState {
  looks: readonly { atMs: number; need: number }[];
}

export interface AutoscaleDecision {
  /** Equal to the present size where nothing is to be done. */
  size: number;
  /** Why, in words. */
  why: string;
  state: AutoscaleState;
}

/** Work that the nodes there are get done within so long is not worth another: to start one takes about as long. */
const worthMs = 500;

/** The number of nodes that a job should have now. */
export function autoscale(
  settings: AutoscaleSettings,
  { looks }: AutoscaleState,
  load: Load,
): AutoscaleDecision {
  const { min, max, coolDownMs } = settings;
  const { nowMs, size } = load;
  const { need: wanted, why } = needOf(settings, load);
  const need = Math.min(max, Math.max(min, wanted));
  const bound =
    wanted > max ? `, of which the maximum allows ${max}` : wanted < min ? `; ${min} is the minimum` : '';
  // The look before the window begins says what was needed as it began.
  const first = looks.findLastIndex(({ atMs }) => atMs <= nowMs - coolDownMs);
  const state = { looks: [...looks.slice(Math.max(0, first)), { atMs: nowMs, need }] };
  const decide = (to: number, words: string): AutoscaleDecision => ({ size: to, why: words, state });
  const text = `${why}: ${plural(wanted, 'node')} needed${bound}`;
  if (need >= size) return decide(need, text);
  if (size > max) return decide(Math.max(need, max), text);
  const oldest = looks[0];
  const highest = Math.max(...state.looks.map((look) => look.need));
  const settled = oldest !== undefined && oldest.atMs <= nowMs - coolDownMs;
  if (settled && highest < size) return decide(highest, `${text}, for ${seconds(coolDownMs)} now`);
  return decide(size, `${text}, not yet for ${seconds(coolDownMs)}`);
}

/** The number of nodes was changed otherwise: the cool-down begins anew, from there. */
export function changedElsewhere(nowMs: number, size: number): AutoscaleState {
  return { looks: [{ atMs: nowMs, need: size }] };
}

function needOf({ utilization }: AutoscaleSettings, load: Load): { need: number; why: string } {
  const { size, drivers, cpus, busyCpus, queued, outstandingMs } = load;
  const runners = size - drivers;
  const demand = busyCpus + queued;
  const perNode = runners > 0 && cpus > 0 ? cpus / runners : 1;
  const need = drivers + Math.ceil(demand / (utilization * perNode) - 1e-9);
  const why = `${plural(busyCpus, 'processor')} of ${cpus} in use, ${plural(queued, 'task')} waiting`;
  const leftMs = cpus > 0 ? outstandingMs / cpus : Infinity;
  if (need > size && queued > 0 && outstandingMs > 0 && leftMs < worthMs)
    return { need: size, why: `${why}, all done in ${Math.round(leftMs)} ms` };
  return { need, why };
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const seconds = (ms: number): string => `${ms / 1000} s`;
