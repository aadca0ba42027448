/** How the lines of different nodes are told apart: by colour, and by dashes for whoever does not see colours. */
const colours = [
  'var(--vscode-charts-blue)',
  'var(--vscode-charts-green)',
  'var(--vscode-charts-purple)',
  'var(--vscode-charts-yellow)',
  'var(--vscode-charts-red)',
  'var(--text)',
];

const dashes = [[], [7, 3], [2, 2.5], [9, 3, 2, 3]];

/** More nodes than this are drawn as a heat map: lines could not be told apart. */
export const mostLines = 8;

export interface LineLook {
  /** A CSS colour. */
  colour: string;
  /** Lengths of dashes and gaps in pixels; empty: solid. */
  dash: number[];
}

/** The look of a node's line; different for the first {@link mostLines} ranks. */
export function lineLook(rank: number): LineLook {
  return {
    colour: colours[rank % colours.length] as string,
    dash: dashes[rank % dashes.length] as number[],
  };
}
