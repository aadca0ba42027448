/** Where nodes are drawn, how large, and whether there is room for words below them. */
import type { Place } from '../shared/rovingFocus';
import type { Area, Arrangement, HostBox } from './layouts/arrangement';
import { grid } from './layouts/grid';
import { hosts } from './layouts/hosts';
import { ring } from './layouts/ring';
import { star } from './layouts/star';
import { tree } from './layouts/tree';

export const layoutNames = ['ring', 'grid', 'tree', 'star', 'hosts'] as const;
export type LayoutName = (typeof layoutNames)[number];

export interface Layout {
  name: LayoutName;
  /** Size of the drawing; higher than asked for where nodes would get too small. */
  width: number;
  height: number;
  /** Centres of the nodes, by rank. */
  places: Place[];
  radius: number;
  /** Room for a node's words below it; 0: no room. */
  labelWidth: number;
  links: [number, number][];
  hosts: HostBox[];
}

const smallestRadius = 9;
/** Room for two lines of words. */
const labelHeight = (radius: number): number => wordSize(radius) * 2.7;
/** The words start this far below the node's centre, in radii and pixels. */
const labelTop = { radii: 1.1, pixels: 5 };
const smallestLabel = 84;
const widestLabel = 230;

/** Size of the words below a node in pixels: larger where there is room, to be read from afar. */
function wordSize(radius: number): number {
  return Math.min(19, Math.max(12, radius * 0.33));
}

/** Size of the rates beside an edge in pixels. */
export function rateSize(radius: number): number {
  return Math.min(15, Math.max(11.5, radius * 0.26));
}

/** The room for a node's words. */
export interface LabelBox {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Font size in pixels. */
  textSize: number;
}

/** Where a node's words go, or undefined where there is no room for any. */
export function labelBox({ places, radius, labelWidth }: Layout, rank: number): LabelBox | undefined {
  const place = places[rank];
  if (!place || labelWidth === 0) return undefined;
  const top = place.y + radius * labelTop.radii + labelTop.pixels;
  // Half of a usual wait, `recv(source 1, tag 7)`, should fit in a line.
  const textSize = Math.max(12, Math.min(wordSize(radius), labelWidth / 12.5));
  return { left: place.x - labelWidth / 2, top, width: labelWidth, height: labelHeight(radius), textSize };
}

/** What suits a number of nodes where the user has not chosen. */
export function defaultLayout(size: number): LayoutName {
  return size <= 20 ? 'ring' : 'grid';
}

/** Lays nodes out in a box of `width` by `height`; `hostNames` by rank. */
export function layOut(
  name: LayoutName,
  hostNames: readonly string[],
  width: number,
  height: number,
): Layout {
  const largest = startingRadius(hostNames.length, width, height);
  let drawnHeight = height;
  let best = attempt(name, hostNames, width, drawnHeight, largest);
  for (let tries = 0; tries < 12 && isCramped(best); tries += 1) {
    drawnHeight *= 1.2;
    best = attempt(name, hostNames, width, drawnHeight, largest);
  }
  return { ...best, radius: Math.max(best.radius, smallestRadius) };
}

/** Whether nodes are too small to be read, or do not fit. */
function isCramped({ places, radius, height }: Layout): boolean {
  return radius < smallestRadius || places.some(({ y }) => y < radius || y > height - radius);
}

function startingRadius(size: number, width: number, height: number): number {
  const room = Math.sqrt((width * height) / Math.max(size, 1));
  const largest = Math.max(40, Math.min(68, Math.min(width, height) * 0.085));
  return Math.min(largest, Math.max(smallestRadius, Math.min(room * 0.2, width * 0.16)));
}

function attempt(
  name: LayoutName,
  hostNames: readonly string[],
  width: number,
  height: number,
  largest: number,
): Layout {
  let radius = largest;
  let labelWidth = 0;
  let arrangement = arrange(name, hostNames, width, height, radius, 0);
  // The margins follow from the radius and the labels, these from the places: twice is close enough.
  for (let pass = 0; pass < 2; pass += 1) {
    radius = Math.min(largest, nearest(arrangement.places) * 0.37);
    labelWidth = roomBetween(arrangement.places, radius);
    arrangement = arrange(name, hostNames, width, height, Math.max(radius, smallestRadius), labelWidth);
  }
  radius = Math.min(radius, nearest(arrangement.places) * 0.4);
  labelWidth = roomForLabels(arrangement.places, width, radius);
  const { places, links = [], hosts: boxes = [] } = arrangement;
  return { name, width, height, places, radius, labelWidth, links, hosts: boxes };
}

function arrange(
  name: LayoutName,
  hostNames: readonly string[],
  width: number,
  height: number,
  radius: number,
  labelWidth: number,
): Arrangement {
  const side = Math.max(radius + 14, Math.min(labelWidth, widestLabel, width * 0.2) / 2 + 8);
  const top = radius + 16;
  const bottom = radius + (labelWidth > 0 ? labelHeight(radius) + 8 : 14);
  const area: Area = {
    left: side,
    top,
    width: Math.max(1, width - 2 * side),
    height: Math.max(1, height - top - bottom),
  };
  switch (name) {
    case 'ring':
      return ring(hostNames.length, area);
    case 'grid':
      return grid(hostNames.length, area);
    case 'tree':
      return tree(hostNames.length, area);
    case 'star':
      return star(hostNames.length, area);
    case 'hosts':
      return hosts(hostNames, area, radius);
  }
}

/** The smallest distance between two places. */
function nearest(places: readonly Place[]): number {
  let smallest = Infinity;
  for (const [index, a] of places.entries()) {
    for (const b of places.slice(index + 1)) {
      smallest = Math.min(smallest, Math.hypot(a.x - b.x, a.y - b.y));
    }
  }
  return smallest;
}

/** The widest label that touches neither another label, nor a node, nor the edge of the box; 0 if that is too narrow. */
function roomForLabels(places: readonly Place[], width: number, radius: number): number {
  const sides = places.map(({ x }) => 2 * (Math.min(x, width - x) - 4));
  const room = Math.min(roomBetween(places, radius), ...sides);
  return room >= smallestLabel ? room : 0;
}

/** The widest label that touches neither another label nor a node. */
function roomBetween(places: readonly Place[], radius: number): number {
  const height = labelHeight(radius);
  let room = 240;
  for (const [index, a] of places.entries()) {
    for (const b of places.slice(index + 1)) {
      const dx = Math.abs(a.x - b.x);
      const dy = Math.abs(a.y - b.y);
      if (dy < height) room = Math.min(room, dx - 10);
      else if (dy < 2 * radius + height + 8) room = Math.min(room, 2 * (dx - radius - 4));
    }
  }
  return room >= smallestLabel ? room : 0;
}
