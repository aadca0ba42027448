/** Which edges get their rates written beside them, and where, so that no text lies on another or on a node. */
import type { Place } from '../shared/rovingFocus';
import { pointOn, type Curve } from './curve';

/** An edge that could be labelled. */
export interface LabelCandidate {
  key: number;
  curve: Curve;
  text: string;
}

export interface EdgeLabel extends Place {
  key: number;
  text: string;
  /** Room that the text takes. */
  width: number;
}

const characterWidth = 6.4;
const lineHeight = 17;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** What labels must not cover: the nodes, and the words below them. */
export interface Obstacles {
  nodes: readonly Place[];
  nodeRadius: number;
  words: readonly Box[];
}

/** The labels that fit, candidates taken in order; each goes to the first free place along its curve. */
export function placeLabels(
  candidates: readonly LabelCandidate[],
  { nodes, nodeRadius, words }: Obstacles,
  width: number,
): EdgeLabel[] {
  const labels: EdgeLabel[] = [];
  const boxes: Box[] = [...words];
  for (const { key, curve, text } of candidates) {
    const half = (text.length * characterWidth) / 2 + 4;
    for (const t of [0.5, 0.4, 0.6, 0.3, 0.7]) {
      const middle = pointOn(curve, t);
      const x = Math.min(width - half, Math.max(half, middle.x));
      const box = {
        left: x - half,
        right: x + half,
        top: middle.y - lineHeight / 2,
        bottom: middle.y + lineHeight / 2,
      };
      const taken =
        boxes.some((other) => overlap(box, other)) ||
        nodes.some((node) => distanceToBox(node, box) < nodeRadius + 2);
      if (taken) continue;
      boxes.push(box);
      labels.push({ key, text, x, y: middle.y, width: 2 * half });
      break;
    }
  }
  return labels;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

function distanceToBox({ x, y }: Place, box: Box): number {
  return Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
}
