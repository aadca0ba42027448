/**
 * Names in a source against names in the bundle: the bundler renames what would collide, and turns an imported name
 * into a member of the module it comes from (`SUM` into `import_lockstep.SUM`). Found by reading both texts at
 * each mapping.
 */
import type { Position, SourceMap } from './sourceMap';

interface Occurrence {
  /** What stands for the name in the bundle: an identifier, or `import_x.name`. */
  generated: string;
  at: Position;
}

const identifierAt = /[\p{ID_Start}$_#][\p{ID_Continue}$]*/uy;
const generatedAt = /(?:(?:import_|require_)[\w$]+\.)?[\p{ID_Start}$_#][\p{ID_Continue}$]*/uy;
/** The name that a module's default export is given where it is imported: it may be called anything there. */
const defaultImport = /\bimport\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:,|from\b)/gu;

/** The names of one source. */
export class SourceNames {
  private readonly occurrences = new Map<string, Occurrence[]>();
  private readonly originals = new Map<string, string>();

  constructor(map: SourceMap, source: string, sourceText: string, generatedText: string) {
    const sourceLines = sourceText.split('\n');
    const generatedLines = generatedText.split('\n');
    const defaults = new Set([...sourceText.matchAll(defaultImport)].map(([, name]) => name));
    for (const segment of map.segmentsOf(source)) {
      const name = match(identifierAt, sourceLines[segment.line], segment.column);
      const generated = match(generatedAt, generatedLines[segment.generated.line], segment.generated.column);
      if (!name || !generated || !(plausible(name, generated) || defaults.has(name))) continue;
      const list = this.occurrences.get(name) ?? [];
      this.occurrences.set(name, list);
      list.push({ generated, at: segment.generated });
      if (!generated.includes('.')) this.originals.set(generated, name);
    }
  }

  /** Imported names and what they are in the bundle. */
  imports(): { name: string; generated: string }[] {
    return [...this.occurrences].flatMap(([name, [first]]) =>
      first?.generated.includes('.') ? [{ name, generated: first.generated }] : [],
    );
  }

  /** What an identifier of the bundle is called in the source; undefined when the source does not have it. */
  originalOf(generated: string): string | undefined {
    return this.originals.get(generated);
  }

  /** What a name of the source is called in the bundle around `at`, when it is called otherwise there. */
  generatedOf(name: string, at: Position): string | undefined {
    const all = this.occurrences.get(name);
    if (!all) return undefined;
    const nearest = all.reduce((best, each) => (distance(each.at, at) < distance(best.at, at) ? each : best));
    return nearest.generated === name ? undefined : nearest.generated;
  }

  /** All names of the source. */
  names(): Iterable<string> {
    return this.occurrences.keys();
  }
}

/** A renamed name is the name with digits after it, an import ends in the name it has in its module. */
function plausible(name: string, generated: string): boolean {
  if (generated.includes('.') || name === generated) return true;
  return generated.startsWith(name) && /^\d+$/.test(generated.slice(name.length));
}

function match(pattern: RegExp, line: string | undefined, column: number): string | undefined {
  pattern.lastIndex = column;
  return line === undefined ? undefined : pattern.exec(line)?.[0];
}

/** Lines weigh more than columns; what comes after counts as farther. */
function distance(a: Position, b: Position): number {
  const lines = b.line - a.line;
  return (lines < 0 ? -lines * 2 : lines) * 10_000 + Math.abs(b.column - a.column);
}
