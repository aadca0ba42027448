/** Answers about sources and where breakpoints can lie in them. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { LockstepError } from '../../runtime/protocol/errors';
import type { ArgumentsOf } from '../dap/arguments';
import type { ClientView } from '../dap/clientView';
import type { JobSession } from './jobSession';

/** The text of a source that is no file. */
export async function sourceText(
  session: JobSession,
  input: ArgumentsOf<'source'>,
): Promise<DebugProtocol.SourceResponse['body']> {
  const reference = input.source?.sourceReference ?? input.sourceReference ?? 0;
  const origin = session.catalog.textOf(reference);
  if (origin?.content !== undefined) return { content: origin.content };
  const node = origin?.script && session.nodes.get(origin.script.rank);
  if (!origin?.script || !node) {
    throw new LockstepError('noSourceText', { source: input.source?.path ?? `source ${reference}` });
  }
  const { scriptId } = origin.script;
  const { scriptSource } = await node.cdp.request('Debugger.getScriptSource', { scriptId });
  return { content: scriptSource, mimeType: 'text/javascript' };
}

/** Every source known so far. */
export function loadedSources(
  session: JobSession,
  view: ClientView,
): DebugProtocol.LoadedSourcesResponse['body'] {
  const { catalog } = session;
  return { sources: catalog.all().map((path) => view.sourceOut(catalog.describe(path, {}))) };
}

/** The places on some lines of a source where a breakpoint can lie: as a node's engine says, or as the map says. */
export async function breakpointLocations(
  session: JobSession,
  view: ClientView,
  input: ArgumentsOf<'breakpointLocations'>,
): Promise<DebugProtocol.BreakpointLocationsResponse['body']> {
  const path = view.pathIn(input.source.path ?? '');
  const first = view.lineIn(input.line);
  const last = input.endLine === undefined ? first : view.lineIn(input.endLine);
  const { program } = session.catalog;
  const segments = program.map.segmentsOf(path).filter(({ line }) => line >= first && line <= last);
  const found = new Map<string, DebugProtocol.BreakpointLocation>();
  const add = (line: number, column: number) => {
    if (line < first || line > last) return;
    found.set(`${line}:${column}`, { line: view.lineOut(line), column: view.columnOut(column) });
  };

  const script = [...session.nodes.values()]
    .filter(({ ended }) => !ended)
    .flatMap((node) => [...node.scripts.values()].map((each) => ({ node, each })))
    .find(({ each }) => each.url === program.url);
  if (!script || segments.length === 0) {
    for (const { line } of segments) {
      const start = segments.find((segment) => segment.line === line);
      if (start) add(line, start.column);
    }
    return { breakpoints: [...found.values()] };
  }
  const lines = segments.map(({ generated }) => generated.line);
  const { locations } = await script.node.cdp.request('Debugger.getPossibleBreakpoints', {
    start: { scriptId: script.each.id, lineNumber: lines.reduce((a, b) => Math.min(a, b)), columnNumber: 0 },
    end: {
      scriptId: script.each.id,
      lineNumber: lines.reduce((a, b) => Math.max(a, b)) + 1,
      columnNumber: 0,
    },
  });
  for (const { lineNumber, columnNumber = 0 } of locations) {
    const original = program.map.originalPosition({ line: lineNumber, column: columnNumber });
    if (original?.source === path) add(original.line, original.column);
  }
  return {
    breakpoints: [...found.values()].sort((a, b) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0)),
  };
}
