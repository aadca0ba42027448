import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Bundle } from '../../runtime/protocol/job';
import { pathOfUrl, urlOfPath } from './paths';
import { SourceMap } from './sourceMap';
import { SourceNames } from './sourceNames';

/** A script with a source map: the program's bundle, or a file loaded later. */
export class MappedScript {
  private readonly names = new Map<string, SourceNames>();
  private generatedText: string | undefined;

  constructor(
    readonly url: string,
    readonly map: SourceMap,
    private readonly path: string,
  ) {}

  /** The program's bundle; reads its map. */
  static ofBundle({ path, mapPath }: Bundle): MappedScript {
    return new MappedScript(urlOfPath(path), new SourceMap(readFileSync(mapPath, 'utf8'), mapPath), path);
  }

  /** The script of this URL; undefined when its map cannot be read, then it is debugged as it is. */
  static load(url: string, sourceMapUrl: string): MappedScript | undefined {
    const path = pathOfUrl(url);
    if (path === undefined) return undefined;
    try {
      const { text, location } = readMap(path, sourceMapUrl);
      return new MappedScript(url, new SourceMap(text, location), path);
    } catch {
      return undefined;
    }
  }

  /** Name of the script's generated file. */
  get generatedPath(): string {
    return this.path;
  }

  /** How names of a source are called in this script. */
  namesOf(source: string): SourceNames {
    let names = this.names.get(source);
    if (!names) {
      this.generatedText ??= readOr(this.path);
      const text = this.map.contentOf(source) ?? readOr(source);
      names = new SourceNames(this.map, source, text, this.generatedText);
      this.names.set(source, names);
    }
    return names;
  }
}

/** A script as one node knows it. */
export interface Script {
  id: string;
  url: string;
  /** Absolute path of its file, where it has one. */
  path?: string;
  /** Of the runtime or Node.js: never shown. */
  internal: boolean;
  mapped?: MappedScript;
}

function readMap(scriptPath: string, sourceMapUrl: string): { text: string; location: string } {
  const data = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(sourceMapUrl);
  if (data) {
    const [, base64, body = ''] = data;
    const text = base64 ? Buffer.from(body, 'base64').toString('utf8') : decodeURIComponent(body);
    return { text, location: scriptPath };
  }
  const location = pathOfUrl(sourceMapUrl) ?? resolve(dirname(scriptPath), decodeURIComponent(sourceMapUrl));
  return { text: readFileSync(location, 'utf8'), location };
}

/** The text of a file, or nothing: names are then left as they are. */
function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
