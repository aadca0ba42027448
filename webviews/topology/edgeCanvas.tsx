import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { resolveColour, useThemeVersion } from '../shared/useTheme';
import { paintDots, paintLines, type EdgeColours, type PaintedEdge } from './edgePainter';

/** Arrow heads on more lines than this would hide them. */
const mostArrows = 96;
const frameMs = 1000 / 30;

interface EdgeCanvasProps {
  edges: readonly PaintedEdge[];
  width: number;
  height: number;
  /** Whether dots may move. */
  moving: boolean;
}

/** The edges below the nodes: lines, and dots that flow along those over which messages go. */
export function EdgeCanvas({ edges, width, height, moving }: EdgeCanvasProps) {
  const lines = useRef<HTMLCanvasElement>(null);
  const dots = useRef<HTMLCanvasElement>(null);
  const themeVersion = useThemeVersion();
  const colours = useMemo(readColours, [themeVersion]);
  const liveCount = edges.filter((edge) => edge.look).length;
  const flows = moving && liveCount > 0;

  useLayoutEffect(() => {
    for (const canvas of [lines.current, dots.current]) {
      if (!canvas) continue;
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
  }, [width, height]);

  useLayoutEffect(() => {
    if (lines.current) paintLines(lines.current, edges, colours, !moving && liveCount <= mostArrows);
    if (dots.current && !flows) paintDots(dots.current, [], colours, 0);
  }, [edges, colours, width, height, moving, flows, liveCount]);

  useEffect(() => {
    if (!flows) return undefined;
    let frame = 0;
    let paintedMs = -Infinity;
    const paint = (timeMs: number) => {
      if (dots.current && timeMs - paintedMs >= frameMs - 2) {
        paintedMs = timeMs;
        paintDots(dots.current, edges, colours, timeMs);
      }
      frame = requestAnimationFrame(paint);
    };
    frame = requestAnimationFrame(paint);
    return () => cancelAnimationFrame(frame);
  }, [edges, colours, flows]);

  return (
    <>
      <canvas ref={lines} class="edge-canvas" aria-hidden="true" />
      <canvas ref={dots} class="edge-canvas" aria-hidden="true" />
    </>
  );
}

function readColours(): EdgeColours {
  return {
    quiet: resolveColour('var(--edge-quiet)'),
    live: resolveColour('var(--edge-live)'),
    dot: resolveColour('var(--message)'),
    cut: resolveColour('var(--cut)'),
    impaired: resolveColour('var(--impaired)'),
  };
}
