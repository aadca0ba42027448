/**
 * esbuild writes a class that names itself as `var Counter = class _Counter {…}`, and the engine then shows its objects
 * as `_Counter`: in the output, in the debugger, in errors. This gives such classes their names back. Every name keeps
 * its length, with a space for the underscore, so that the source map still fits. A name that a source uses itself is
 * left alone.
 */
export function restoreClassNames(code: string, sources: readonly string[]): string {
  const renamed = new Set<string>();
  for (const [, name, inner] of code.matchAll(/(?<![\w$])([\w$]+) = class _([\w$]+)/g)) {
    if (name !== undefined && name === inner) renamed.add(name);
  }
  const safe = [...renamed].filter((name) => !sources.some((source) => source.includes(`_${name}`)));
  if (safe.length === 0) return code;
  const occurrence = new RegExp(`(?<![\\w$])_(${safe.map(escape).join('|')})(?![\\w$])`, 'g');
  return code.replace(occurrence, '$1 ');
}

const escape = (name: string): string => name.replaceAll('$', '\\$');
