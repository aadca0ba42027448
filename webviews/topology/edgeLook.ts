import type { Edge } from './traffic';

/** How an edge's traffic is drawn: what is faster looks faster, on a logarithmic scale. */
export interface EdgeLook {
  /** Width of the line in pixels: bytes per second. */
  width: number;
  /** Distance between the moving dots in pixels, and their speed in pixels a second: messages per second. */
  spacing: number;
  speed: number;
}

/** The look of an edge at its present rates. */
export function edgeLook({ messagesPerSecond, bytesPerSecond }: Edge): EdgeLook {
  const messages = Math.log10(1 + messagesPerSecond);
  const bytes = Math.log10(1 + bytesPerSecond / 1000);
  return {
    width: 1.25 + Math.min(4.5, bytes * 0.8),
    spacing: Math.max(11, 52 - messages * 9),
    speed: Math.min(170, 36 + messages * 26),
  };
}

/** How opaque one edge among `count` is, so that many of them do not hide the nodes. */
export function edgeOpacity(count: number): number {
  return Math.max(0.12, Math.min(1, 4 / Math.sqrt(Math.max(count, 1))));
}
