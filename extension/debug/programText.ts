/** Telling from its text whether a file is a program for a cluster; cheap enough to do on every change. */

/** How much of a file is looked at. */
export const scannedCharacters = 65_536;

const callsProgram = /\b(?:spmd|driver|service)\s*(?:<[^()]*>)?\s*\(/;
const callsService = /\bservice\s*(?:<[^()]*>)?\s*\(/;
const namesLockstep = /['"]lockstep['"]/;

/** Whether the text calls `spmd(`, `driver(` or `service(` of the package `lockstep`. */
export function isProgramText(text: string): boolean {
  return calls(callsProgram, text);
}

/** Whether the text calls `service(` of the package `lockstep`: then it can be deployed. */
export function isServiceText(text: string): boolean {
  return calls(callsService, text);
}

function calls(kind: RegExp, text: string): boolean {
  const scanned = text.length > scannedCharacters ? text.slice(0, scannedCharacters) : text;
  return kind.test(scanned) && namesLockstep.test(scanned);
}

/** Extensions of the files that can be a program. */
export const programExtensions = ['ts', 'mts', 'cts', 'tsx', 'js', 'mjs', 'cjs', 'jsx'] as const;
