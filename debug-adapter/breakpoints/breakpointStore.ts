import { pathKey } from '../sources/paths';
import { type RequestedBreakpoint, SourceBreakpoint } from './sourceBreakpoint';

/** What a client's new list of breakpoints in a file changes. */
export interface BreakpointChange {
  /** One for each that was asked for, in that order. */
  all: SourceBreakpoint[];
  added: SourceBreakpoint[];
  removed: SourceBreakpoint[];
}

/** The breakpoints that the client has set; they outlive a restart. */
export class BreakpointStore {
  private readonly files = new Map<string, SourceBreakpoint[]>();
  private lastId = 0;

  /** Replaces the breakpoints of a file; those that stay the same keep their id and their hits. */
  replace(path: string, requested: readonly RequestedBreakpoint[]): BreakpointChange {
    const key = pathKey(path);
    const before = this.files.get(key) ?? [];
    const left = new Set(before);
    const added: SourceBreakpoint[] = [];
    const all = requested.map((each) => {
      for (const breakpoint of left) {
        if (!breakpoint.isFor(each)) continue;
        left.delete(breakpoint);
        return breakpoint;
      }
      const breakpoint = new SourceBreakpoint(++this.lastId, path, each);
      added.push(breakpoint);
      return breakpoint;
    });
    this.files.set(key, all);
    return { all, added, removed: [...left] };
  }

  all(): SourceBreakpoint[] {
    return [...this.files.values()].flat();
  }
}
