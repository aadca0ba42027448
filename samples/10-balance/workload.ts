/** How long each task takes, in milliseconds: a few are most of the work, and nobody knows that before. */
export const timesMs = Array.from({ length: 30 }, (_, i) =>
  Math.round(8 / (1 - ((i * 37) % 100) / 101) ** 0.7),
);

/** No schedule is shorter: all nodes work all the time, or the longest task takes it. */
export function lowerBoundMs(nodes: number): number {
  const work = timesMs.reduce((sum, ms) => sum + ms, 0);
  return Math.max(work / nodes, ...timesMs);
}
