import type { Place } from '../../shared/rovingFocus';

/** The rectangle in which the centres of the nodes may lie. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A host and the box around its nodes, when nodes are drawn by host. */
export interface HostBox extends Area {
  host: string;
  count: number;
}

/** Where a layout puts the nodes, by rank. */
export interface Arrangement {
  places: Place[];
  /** Pairs of ranks that the layout's structure joins, such as parent and child. */
  links?: [number, number][];
  hosts?: HostBox[];
}

/** The middle of an area. */
export function centre(area: Area): Place {
  return { x: area.left + area.width / 2, y: area.top + area.height / 2 };
}
