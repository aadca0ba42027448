import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { pathKey, pathOfUrl, urlOfPath } from './paths';
import { MappedScript } from './script';
import type { Position } from './sourceMap';

/** Where to ask a node to stop for a place in a source. */
export interface Place {
  url: string;
  generated: Position;
  /** The place in the source where it will stop; line and column count from 0. */
  original: Position;
}

/** A text that no file holds: where the adapter finds it. */
export interface TextOrigin {
  name: string;
  /** Text known from a source map. */
  content?: string;
  /** Script of a node, to be asked for. */
  script?: { rank: number; scriptId: string };
}

const plainScript = /\.[cm]?js$/i;

/** All sources of a job: of the program's bundle, and of scripts that nodes load later. */
export class SourceCatalog {
  private readonly mapped = new Map<string, MappedScript | undefined>();
  private readonly loaded = new Map<string, string>();
  private readonly texts: TextOrigin[] = [];
  /** URLs of the runtime's own scripts, learnt from the nodes. */
  readonly internalUrls = new Set<string>();

  constructor(
    readonly program: MappedScript,
    private readonly programSources: readonly string[],
  ) {
    this.mapped.set(program.url, program);
  }

  /** Takes note of a script that a node has loaded; answers its map where it has one. */
  scriptLoaded(url: string, sourceMapUrl: string | undefined): MappedScript | undefined {
    const path = pathOfUrl(url);
    if (!this.mapped.has(url)) {
      this.mapped.set(url, sourceMapUrl ? MappedScript.load(url, sourceMapUrl) : undefined);
    }
    const script = this.mapped.get(url);
    for (const source of script?.map.sources ?? (path ? [path] : [])) {
      this.loaded.set(pathKey(source), source);
    }
    return script;
  }

  /** True for scripts that the user is never shown. */
  isInternal(url: string): boolean {
    return url === '' || /^(?:node|lockstep):|^evalmachine\./.test(url) || this.internalUrls.has(url);
  }

  /** True when the program's bundle has this source. */
  inProgram(path: string): boolean {
    return this.program.map.has(path);
  }

  /** Every place that a breakpoint on a line of a source has to be set at. */
  placesOf(path: string, line: number, column?: number): Place[] {
    const places: Place[] = [];
    for (const script of this.mapped.values()) {
      const segment = script?.map.generatedPosition(path, line, column);
      if (script && segment) {
        places.push({ url: script.url, generated: segment.generated, original: segment });
      }
    }
    if (places.length === 0 && plainScript.test(path) && !this.inProgram(path)) {
      const position = { line, column: column ?? 0 };
      places.push({ url: urlOfPath(path), generated: position, original: position });
    }
    return places;
  }

  /** True when a file that is not of the program has been loaded by a node, or can be named before it is. */
  isLoaded(path: string): boolean {
    return this.inProgram(path) || this.loaded.has(pathKey(path));
  }

  /** A source as the client is told of it; without a file it gets a reference to ask for its text. */
  describe(nameOrPath: string, origin: Omit<TextOrigin, 'name'>): DebugProtocol.Source {
    const path = pathOfUrl(nameOrPath);
    if (path && existsSync(path)) return { name: basename(path), path };
    const name = basename(nameOrPath) || nameOrPath;
    const index = this.texts.findIndex((text) => text.name === nameOrPath);
    if (index >= 0) return { name, path: nameOrPath, sourceReference: index + 1 };
    this.texts.push({ ...origin, name: nameOrPath });
    return { name, path: nameOrPath, sourceReference: this.texts.length };
  }

  /** Where the text behind a reference comes from. */
  textOf(reference: number): TextOrigin | undefined {
    return this.texts[reference - 1];
  }

  /** All sources known so far, the program first. */
  all(): string[] {
    const program = new Set(this.programSources.map(pathKey));
    const later = [...this.loaded].filter(([key]) => !program.has(key)).map(([, path]) => path);
    return [...this.programSources, ...later];
  }
}
