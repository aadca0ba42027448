/** A job's samples over time, in bounded memory: the newest as they came, older ones ever coarser. */
import type { NodeMetrics } from '../../runtime/protocol/node';
import type { MetricsSample } from './contract';
import { quantities, type Quantity } from './quantities';

/** The values of all quantities of all nodes at one time; NaN where there is none. */
export interface Frame {
  /** When the newest of its samples was taken. */
  timeMs: number;
  /** How many samples it is the mean of. */
  samples: number;
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

/** The history of a job that has so many nodes now: some may have joined. */
export function ofSize(history: History, size: number): History {
  return size > history.size ? { ...history, size } : history;
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
  return { ...history, newest, frames: bounded([...history.frames, { timeMs, samples: 1, values }]) };
}

/** How many of the newest frames are never joined. */
const neverJoined = mostFrames / 2;

/** Joins older frames once there are too many, all to the same number of samples, which doubles as time goes on. */
function bounded(frames: Frame[]): Frame[] {
  if (frames.length <= mostFrames) return frames;
  const older = frames.slice(0, -neverJoined);
  let samples = Math.max(...older.map((frame) => frame.samples));
  let coarser = joinedTo(older, samples);
  while (coarser.length > mostFrames / 4) {
    samples *= 2;
    coarser = joinedTo(older, samples);
  }
  return [...coarser, ...frames.slice(-neverJoined)];
}

/** Joins neighbours to frames of at most so many samples. */
function joinedTo(frames: readonly Frame[], samples: number): Frame[] {
  const result: Frame[] = [];
  for (const frame of frames) {
    const last = result[result.length - 1];
    if (last && last.samples + frame.samples <= samples) result[result.length - 1] = joined(last, frame);
    else result.push(frame);
  }
  return result;
}

function joined(a: Frame, b: Frame): Frame {
  const samples = a.samples + b.samples;
  // Nodes may have joined between the two.
  const values = Float64Array.from({ length: Math.max(a.values.length, b.values.length) }, (_, index) => {
    const value = a.values[index] ?? Number.NaN;
    const other = b.values[index] ?? Number.NaN;
    if (Number.isNaN(value)) return other;
    return Number.isNaN(other) ? value : (value * a.samples + other * b.samples) / samples;
  });
  return { timeMs: b.timeMs, samples, values };
}

/** The part of a history that is drawn. */
export interface Window {
  /** Seconds before the newest sample, as negative numbers, oldest first. */
  ages: number[];
  frames: readonly Frame[];
  /** The oldest age that is drawn. */
  from: number;
}

/** The newest `seconds` of a history, or what there is of them; without `seconds`, all. */
export function windowOf({ frames }: History, seconds: number | undefined): Window {
  const newest = frames[frames.length - 1];
  const oldest = frames[0];
  if (!newest || !oldest) return { ages: [], frames: [], from: -(seconds ?? 60) };
  const all = Math.min(-10, (oldest.timeMs - newest.timeMs) / 1000);
  const from = seconds === undefined ? all : Math.max(all, -seconds);
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
