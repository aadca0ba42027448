import { pathOfUrl } from '../sources/paths';
import type { Script } from '../sources/script';

const framePattern =
  /^(?<lead>\s*at (?:.* \()?)(?<file>(?:file:\/\/)?[^()]+?):(?<line>\d+):(?<column>\d+)(?<end>\)?)$/;

/** A stack as text with its places in the sources; frames of the runtime and of Node.js are left out. */
export function mapStack(stack: string, scripts: Iterable<Script>): string {
  const byPath = new Map<string, Script>();
  for (const script of scripts) if (script.path) byPath.set(script.path, script);
  const lines = stack.split('\n').flatMap((text) => {
    const groups = framePattern.exec(text)?.groups;
    if (!groups) return [text];
    const { lead = '', file = '', line, column, end = '' } = groups;
    const path = pathOfUrl(file) ?? file;
    const script = byPath.get(path);
    if (file.startsWith('node:') || script?.internal) return [];
    if (!script?.mapped) return [text];
    const at = { line: Number(line) - 1, column: Number(column) - 1 };
    const original = script.mapped.map.originalPosition(at);
    return original ? [`${lead}${original.source}:${original.line + 1}:${original.column + 1}${end}`] : [];
  });
  return lines.join('\n');
}
