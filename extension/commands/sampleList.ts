/** What a sample's README says of it, for the list that the user picks from. */

/** A sample, as the list shows it. */
export interface SampleTitle {
  title: string;
  /** The first sentence or two. */
  summary: string;
}

/** Title and first paragraph of a README in Markdown; `folder` stands in where it has no heading. */
export function sampleTitle(folder: string, readme: string): SampleTitle {
  const lines = readme.split(/\r?\n/);
  const heading = lines.findIndex((line) => line.startsWith('# '));
  const title = heading < 0 ? folder : (lines[heading] ?? '').slice(2).trim();
  const rest = lines.slice(heading + 1);
  const start = rest.findIndex((line) => /^[\w"'`*_[]/.test(line));
  if (start < 0) return { title, summary: '' };
  const end = rest.findIndex((line, index) => index > start && line.trim() === '');
  const paragraph = rest.slice(start, end < 0 ? undefined : end).join(' ');
  return { title, summary: plainText(paragraph) };
}

/** The name that is not taken: `flights`, else `flights-2`, `flights-3`, … */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!isTaken(candidate)) return candidate;
  }
}

function plainText(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
