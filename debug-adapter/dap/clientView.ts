import type { DebugProtocol } from '@vscode/debugprotocol';
import { pathOfUrl, urlOfPath } from '../sources/paths';
import type { ArgumentsOf } from './arguments';

/** How the client counts lines and columns and writes paths; inside the adapter all count from 0. */
export class ClientView {
  private lineBase = 1;
  private columnBase = 1;
  private usesUris = false;

  /** Takes over what the client says of itself. */
  learn({ linesStartAt1, columnsStartAt1, pathFormat }: ArgumentsOf<'initialize'>): void {
    this.lineBase = linesStartAt1 ? 1 : 0;
    this.columnBase = columnsStartAt1 ? 1 : 0;
    this.usesUris = pathFormat === 'uri';
  }

  lineIn = (line: number): number => line - this.lineBase;
  columnIn = (column: number): number => column - this.columnBase;
  lineOut = (line: number): number => line + this.lineBase;
  columnOut = (column: number): number => column + this.columnBase;

  pathIn(path: string): string {
    return pathOfUrl(path) ?? path;
  }

  sourceOut(source: DebugProtocol.Source): DebugProtocol.Source {
    if (!this.usesUris || !source.path || source.sourceReference) return source;
    return { ...source, path: urlOfPath(source.path) };
  }
}
