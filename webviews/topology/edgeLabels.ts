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
}

const characterWidth = 6.3;
const lineHeight = 17;

/** The labels that fit, candidates taken in order; each goes to the first free place along its curve. */
export function placeLabels(
  candidates: readonly LabelCandidate[],
  nodes: readonly Place[],
  nodeRadius: number,
  width: number,
): EdgeLabel[] {
  const labels: EdgeLabel[] = [];
  const boxes: { left: number; right: number; top: number; bottom: number }[] = [];
  for (const { key, curve, text } of candidates) {
    const half = (text.length * characterWidth) / 2 + 3;
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
        boxes.some(
          (other) =>
            box.left < other.right &&
            box.right > other.left &&
            box.top < other.bottom &&
            box.bottom > other.top,
        ) ||
        nodes.some((node) => {
          const dx = Math.max(box.left - node.x, 0, node.x - box.right);
          const dy = Math.max(box.top - node.y, 0, node.y - box.bottom);
          return Math.hypot(dx, dy) < nodeRadius + 2;
        });
      if (taken) continue;
      boxes.push(box);
      labels.push({ key, text, x, y: middle.y });
      break;
    }
  }
  return labels;
}
