import type { PlaceFinder } from '../mpi/timeline/callSites';
import { callerLocation } from './sourceStack';

/** The program's own call is so many frames up at most. */
const callerFrames = 10;

/** Finds the place of a call by its position in the program's bundle, which is mapped to the source once. */
export const callerPlaces: PlaceFinder = { key: callerKey, locate: callerLocation };

/** Where in the program's bundle the present call into the runtime was made; undefined where it was not. */
function callerKey(): number | string | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = callerFrames;
  Error.prepareStackTrace = programPosition;
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, callerKey);
  const key = holder.stack as number | string | undefined;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return key;
}

let programFile: string | undefined;

/** A number in the file that was met first, which is the bundle; elsewhere the file too. */
function programPosition(_: unknown, sites: NodeJS.CallSite[]): number | string | undefined {
  for (const site of sites) {
    const file = site.getFileName();
    if (typeof file !== 'string' || file === __filename || file.startsWith('node:')) continue;
    programFile ??= file;
    const position = (site.getLineNumber() ?? 0) * 2 ** 20 + (site.getColumnNumber() ?? 0);
    return file === programFile ? position : `${file} ${position}`;
  }
  return undefined;
}
