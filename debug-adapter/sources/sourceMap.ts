import { dirname, isAbsolute, resolve } from 'node:path';
import { decodedMappings, type SourceMapInput, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import { pathKey, pathOfUrl } from './paths';

/** A place in a text; line and column count from 0, as in the inspector. */
export interface Position {
  line: number;
  column: number;
}

/** A place in a source file. */
export interface SourcePosition extends Position {
  /** Absolute path, or the map's own name of a source that is no file. */
  source: string;
}

/** One mapping, seen from the source. */
export interface SourceSegment extends Position {
  generated: Position;
}

/** Names that are the runtime's or the bundler's own. */
const internalSource = /^(?:lockstep:|\(disabled\):|<define:)/;

/** A script's source map, asked in both directions. */
export class SourceMap {
  /** The sources, internal ones left out. */
  readonly sources: string[];
  private readonly trace: TraceMap;
  private readonly names: (string | undefined)[];
  private segments: Map<string, SourceSegment[]> | undefined;

  /** `location` is the path of the map or of the script that holds it. */
  constructor(map: SourceMapInput, location: string) {
    this.trace = new TraceMap(map);
    this.names = this.trace.resolvedSources.map((source) => sourceName(source, location));
    this.sources = this.names.filter((name) => name !== undefined);
  }

  /** The place in the source of a generated place: of the mapping at it or nearest before it on its line. */
  originalPosition({ line, column }: Position): SourcePosition | undefined {
    const segments = decodedMappings(this.trace)[line] ?? [];
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((segments[middle]?.[0] ?? 0) <= column) low = middle + 1;
      else high = middle;
    }
    const segment = segments[low - 1];
    if (!segment || segment.length === 1) return undefined;
    const source = this.names[segment[1]];
    return source === undefined ? undefined : { source, line: segment[2], column: segment[3] };
  }

  /** All mappings of a source, in order of their place in it, then of the generated place. */
  segmentsOf(source: string): readonly SourceSegment[] {
    this.segments ??= this.collectSegments();
    return this.segments.get(pathKey(source)) ?? [];
  }

  /**
   * Where to stop for a place in a source: the first mapping on its line (from its column on, if it has one), or on
   * the next line that has any.
   */
  generatedPosition(source: string, line: number, column?: number): SourceSegment | undefined {
    const segments = this.segmentsOf(source);
    const exact = segments.find((segment) => segment.line === line && segment.column >= (column ?? 0));
    return exact ?? segments.find((segment) => segment.line > line || (segment.line === line && !column));
  }

  has(source: string): boolean {
    const key = pathKey(source);
    return this.sources.some((each) => pathKey(each) === key);
  }

  /** A source's text, where the map brings it. */
  contentOf(source: string): string | undefined {
    const index = this.names.indexOf(source);
    const name = this.trace.sources[index];
    return (index >= 0 && name ? sourceContentFor(this.trace, name) : undefined) ?? undefined;
  }

  private collectSegments(): Map<string, SourceSegment[]> {
    const all = new Map<string, SourceSegment[]>();
    decodedMappings(this.trace).forEach((segments, generatedLine) => {
      for (const segment of segments) {
        const source = segment.length === 1 ? undefined : this.names[segment[1]];
        if (segment.length === 1 || source === undefined) continue;
        const key = pathKey(source);
        const list = all.get(key) ?? [];
        all.set(key, list);
        const generated = { line: generatedLine, column: segment[0] };
        list.push({ line: segment[2], column: segment[3], generated });
      }
    });
    for (const list of all.values()) list.sort(inSourceOrder);
    return all;
  }
}

function inSourceOrder(a: SourceSegment, b: SourceSegment): number {
  return (
    a.line - b.line ||
    a.column - b.column ||
    a.generated.line - b.generated.line ||
    a.generated.column - b.generated.column
  );
}

function sourceName(source: string | null, location: string): string | undefined {
  if (!source || internalSource.test(source)) return undefined;
  const path = pathOfUrl(source);
  if (path) return path;
  if (/^[a-z][a-z0-9+.-]+:/i.test(source) && !isAbsolute(source)) return source;
  return resolve(dirname(location), source);
}
