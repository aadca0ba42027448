/** Which edges get their rates written beside them, and where, so that no text lies on another or on a node. */
import type { Place } from '../shared/rovingFocus';
import { pointOn, type Curve } from './curve';

/** An edge that could be labelled. */
export interface LabelCandidate {
  key: number;
  curve: Curve;
  /** What it can say, the longest first. */
  texts: readonly string[];
  /** Something is wrong with the edge. */
  isFaulty?: boolean;
}

export interface EdgeLabel extends Place {
  key: number;
  isFaulty?: boolean;
  text: string;
  /** Room that the text takes. */
  width: number;
}

/** Sizes of the text in parts of its font size. */
const characterWidth = 0.56;
const lineHeight = 1.45;

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

/** What the labels are written on. */
export interface Paper {
  width: number;
  /** Font size in pixels. */
  textSize: number;
}

/** The labels that fit, candidates taken in order; each says as much as it can, at the first free place along its curve. */
export function placeLabels(
  candidates: readonly LabelCandidate[],
  { nodes, nodeRadius, words }: Obstacles,
  paper: Paper,
): EdgeLabel[] {
  const labels: EdgeLabel[] = [];
  const boxes: Box[] = [...words];
  for (const { key, curve, texts, isFaulty } of candidates) {
    const label = firstFit(curve, texts, paper, (box) => {
      const covered = boxes.some((other) => overlap(box, other));
      return !covered && nodes.every((node) => distanceToBox(node, box) >= nodeRadius + 2);
    });
    if (!label) continue;
    labels.push({ key, isFaulty, ...label });
    boxes.push(boxAround(label, label.width, paper.textSize));
  }
  return labels;
}

function firstFit(
  curve: Curve,
  texts: readonly string[],
  { width, textSize }: Paper,
  isFree: (box: Box) => boolean,
): Omit<EdgeLabel, 'key' | 'isFaulty'> | undefined {
  for (const text of texts) {
    const room = text.length * characterWidth * textSize + 8;
    for (const t of [0.5, 0.4, 0.6, 0.3, 0.7]) {
      const { x: middle, y } = pointOn(curve, t);
      const x = Math.min(width - room / 2, Math.max(room / 2, middle));
      if (isFree(boxAround({ x, y }, room, textSize))) return { text, x, y, width: room };
    }
  }
  return undefined;
}

const boxAround = ({ x, y }: Place, width: number, textSize: number): Box => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - (lineHeight * textSize) / 2,
  bottom: y + (lineHeight * textSize) / 2,
});

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

function distanceToBox({ x, y }: Place, box: Box): number {
  return Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
}
