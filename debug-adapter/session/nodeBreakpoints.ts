import type { SourceBreakpoint } from '../breakpoints/sourceBreakpoint';
import type { CdpConnection } from '../cdp/cdpConnection';
import type { Debugger } from '../cdp/protocol';
import type { Script } from '../sources/script';
import { escapePattern } from '../sources/paths';
import type { Place, SourceCatalog } from '../sources/sourceCatalog';
import type { Position } from '../sources/sourceMap';
import { translate } from '../values/translate';

/** The breakpoints that one node's inspector holds for the client's. */
export class NodeBreakpoints {
  /** Places that have been set, by breakpoint. */
  private readonly places = new Map<SourceBreakpoint, Map<string, Promise<string | undefined>>>();
  private readonly byCdpId = new Map<string, SourceBreakpoint>();
  private scriptWatch: Promise<string | undefined> | undefined;

  constructor(
    private readonly cdp: CdpConnection,
    private readonly scripts: ReadonlyMap<string, Script>,
    private readonly catalog: SourceCatalog,
    /** The program's URL on the node's machine. */
    private readonly programUrl: string,
    private readonly moved: (breakpoint: SourceBreakpoint) => void,
  ) {}

  /** Sets a breakpoint wherever its line is known to be; one that is set there already stays. */
  async set(breakpoint: SourceBreakpoint): Promise<void> {
    if (breakpoint.problem) return;
    const done = this.places.get(breakpoint) ?? new Map<string, Promise<string | undefined>>();
    this.places.set(breakpoint, done);
    const { line, column } = breakpoint.requested;
    for (const place of this.catalog.placesOf(breakpoint.path, line, column)) {
      if (!done.has(place.url)) done.set(place.url, this.setAt(breakpoint, place));
    }
    await Promise.all(done.values());
  }

  async remove(breakpoint: SourceBreakpoint): Promise<void> {
    const ids = [...(this.places.get(breakpoint)?.values() ?? [])];
    this.places.delete(breakpoint);
    for (const id of ids) {
      const breakpointId = await id;
      if (breakpointId === undefined) continue;
      this.byCdpId.delete(breakpointId);
      this.cdp.send('Debugger.removeBreakpoint', { breakpointId });
    }
  }

  /** The client's breakpoints among those that a stop names. */
  hit(ids: readonly string[]): SourceBreakpoint[] {
    return ids.flatMap((id) => this.byCdpId.get(id) ?? []);
  }

  /**
   * Stops at the first statement of each file that is loaded from now on, so that breakpoints in the sources of its
   * map can be set before it runs. (The inspector's own way to do that passes over CommonJS modules.)
   */
  watchScripts(): void {
    const known = [...this.catalog.internalUrls, this.programUrl].map(escapePattern).join('|');
    this.scriptWatch ??= this.cdp
      .request('Debugger.setBreakpointByUrl', {
        urlRegex: `^(?!(?:${known})$)file://.*\\.[cm]?js$`,
        lineNumber: 0,
        columnNumber: 0,
      })
      .then(
        ({ breakpointId }) => breakpointId,
        () => undefined,
      );
  }

  /** Takes part in a stop at the first statement of a file, if it is one; answers whether it is. */
  async atScriptStart(ids: readonly string[]): Promise<boolean> {
    const watch = await this.scriptWatch;
    if (watch === undefined || !ids.includes(watch)) return false;
    await this.scriptLoaded();
    return true;
  }

  /** A script came in that may hold sources which breakpoints wait for; resolves when they are set. */
  async scriptLoaded(): Promise<void> {
    const waiting = [...this.places.keys()].filter(({ path }) => !this.catalog.inProgram(path));
    await Promise.all(waiting.map((breakpoint) => this.set(breakpoint)));
  }

  /** The inspector says where a breakpoint came to lie. */
  resolved({ breakpointId, location }: Debugger.BreakpointResolvedEventDataType): void {
    const breakpoint = this.byCdpId.get(breakpointId);
    if (breakpoint) this.locate(breakpoint, location);
  }

  private async setAt(breakpoint: SourceBreakpoint, place: Place): Promise<string | undefined> {
    const { url } = place;
    const loaded = [...this.scripts.values()].find((each) => each.url === url);
    const script = loaded?.mapped ?? this.programAt(url);
    const names = script?.namesOf(breakpoint.path);
    const column = breakpoint.requested.column;
    const exact = loaded?.mapped && column !== undefined ? await this.exactPlace(loaded, place) : undefined;
    const generated = exact ?? place.generated;
    const condition = breakpoint.condition((text) => (names ? translate(text, names, generated) : text));
    const result = await this.cdp
      .request('Debugger.setBreakpointByUrl', {
        url: url === this.catalog.program.url ? this.programUrl : url,
        lineNumber: generated.line,
        columnNumber: generated.column,
        condition,
      })
      // Another breakpoint came to lie at the same place, or the node has ended.
      .catch(() => undefined);
    if (!result) return undefined;
    const { breakpointId, locations } = result;
    this.byCdpId.set(breakpointId, breakpoint);
    const [location] = locations;
    if (location) this.locate(breakpoint, location);
    return breakpointId;
  }

  /**
   * The engine's own place for a column: left to itself, it takes the next place in the order of execution, which in
   * the head of a loop is not the next one in the text.
   */
  private async exactPlace(
    { id, mapped }: Script,
    { original, generated }: Place,
  ): Promise<Position | undefined> {
    const { locations } = await this.cdp
      .request('Debugger.getPossibleBreakpoints', {
        start: { scriptId: id, lineNumber: generated.line, columnNumber: 0 },
        end: { scriptId: id, lineNumber: generated.line + 1, columnNumber: 0 },
      })
      .catch(() => ({ locations: [] }));
    return locations
      .map(({ lineNumber, columnNumber = 0 }) => ({ line: lineNumber, column: columnNumber }))
      .sort((a, b) => a.column - b.column)
      .find((each) => {
        const at = mapped?.map.originalPosition(each);
        return at?.line === original.line && at.column >= original.column;
      });
  }

  private programAt(url: string) {
    return url === this.catalog.program.url ? this.catalog.program : undefined;
  }

  private locate(breakpoint: SourceBreakpoint, location: Debugger.Location): void {
    const script = this.scripts.get(location.scriptId);
    const at = { line: location.lineNumber, column: location.columnNumber ?? 0 };
    const original = script?.mapped ? script.mapped.map.originalPosition(at) : at;
    if (!original) return;
    const { column } = breakpoint.requested;
    const same =
      breakpoint.verified &&
      breakpoint.location?.line === original.line &&
      (column === undefined || breakpoint.location.column === original.column);
    if (same) return;
    breakpoint.verified = true;
    breakpoint.message = undefined;
    breakpoint.location = { line: original.line, column: original.column };
    this.moved(breakpoint);
  }
}
