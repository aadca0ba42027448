/** A job's samples over time, in bounded memory: the newest as they came, older ones ever coarser. */
import type { NodeMetrics } from '../../runtime/protocol/node';
import type { MetricsSample } from './contract';
import { combine, quantities, type Quantity } from './quantities';

/** The values of all quantities of all nodes at one time; NaN where there is none. */
export interface Frame {
  timeMs: number;
  /** `rank * quantities.length + index of the quantity`. */
  values: Float64Array;
}

export interface History {
  size: number;
  /** Oldest first. */
  frames: readonly Frame[];
  /** The newest sample of each node, for the rates of the next one. */
  newest: ReadonlyMap<number, { timeMs: number; metrics: NodeMetrics }>;
}

/** More frames than this are never kept. */
export const mostFrames = 1200;

/** A history without samples of a job of `size` nodes. */
export function emptyHistory(size: number): History {
  return { size, frames: [], newest: new Map() };
}

/** The history with one more sample. One that is not newer than the last is dropped. */
export function addSample(history: History, { timeMs, nodes }: MetricsSample): History {
  const last = history.frames[history.frames.length - 1];
  if (last && timeMs <= last.timeMs) return history;
  const width = quantities.length;
  const values = new Float64Array(history.size * width).fill(Number.NaN);
  const newest = new Map(history.newest);
  for (const metrics of nodes) {
    if (metrics.rank >= history.size) continue;
    const before = newest.get(metrics.rank);
    const seconds = before ? (timeMs - before.timeMs) / 1000 : 0;
    for (const [index, quantity] of quantities.entries()) {
      values[metrics.rank * width + index] = quantity.of(metrics, before?.metrics, seconds);
    }
    newest.set(metrics.rank, { timeMs, metrics });
  }
  return { ...history, newest, frames: bounded([...history.frames, { timeMs, values }]) };
}

/** Joins the frames of the older half by twos once there are too many. */
function bounded(frames: Frame[]): Frame[] {
  if (frames.length <= mostFrames) return frames;
  const half = Math.floor(frames.length / 4) * 2;
  const coarser: Frame[] = [];
  for (let index = 0; index < half; index += 2) {
    coarser.push(joined(frames[index] as Frame, frames[index + 1] as Frame));
  }
  return [...coarser, ...frames.slice(half)];
}

function joined(a: Frame, b: Frame): Frame {
  const values = a.values.map((value, index) => combine([value, b.values[index] ?? Number.NaN], 'mean'));
  return { timeMs: b.timeMs, values };
}

/** The part of a history that is drawn. */
export interface Window {
  /** Seconds before the newest sample, as negative numbers, oldest first. */
  ages: number[];
  frames: readonly Frame[];
  /** The oldest age that is drawn. */
  from: number;
}

/** The newest `seconds` of a history; without `seconds`, all. */
export function windowOf({ frames }: History, seconds: number | undefined): Window {
  const newest = frames[frames.length - 1];
  const oldest = frames[0];
  if (!newest || !oldest) return { ages: [], frames: [], from: -(seconds ?? 60) };
  const from = seconds === undefined ? Math.min(-10, (oldest.timeMs - newest.timeMs) / 1000) : -seconds;
  const first = frames.findIndex((frame) => (frame.timeMs - newest.timeMs) / 1000 >= from);
  const shown = frames.slice(Math.max(0, first));
  return { ages: shown.map((frame) => (frame.timeMs - newest.timeMs) / 1000), frames: shown, from };
}

/** A node's value in a frame. */
export function valueIn(frame: Frame | undefined, rank: number, quantity: Quantity): number {
  return frame?.values[rank * quantities.length + quantities.indexOf(quantity)] ?? Number.NaN;
}

/** The values of all nodes in a frame, by rank. */
export function valuesIn(frame: Frame | undefined, size: number, quantity: Quantity): number[] {
  return Array.from({ length: size }, (_, rank) => valueIn(frame, rank, quantity));
}

/** Index of the frame nearest to an age. */
export function nearestFrame({ ages }: Window, age: number): number {
  let best = -1;
  for (const [index, each] of ages.entries()) {
    if (best < 0 || Math.abs(each - age) <= Math.abs((ages[best] ?? 0) - age)) best = index;
  }
  return best;
}
