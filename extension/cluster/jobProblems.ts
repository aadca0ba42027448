/** What is wrong with a program by what befell its job, as lines to be marked; no editor in here. */
import type { Finding, JobInfo } from '../../runtime/protocol/job';
import type { SourceLocation } from '../../runtime/protocol/node';

/** A line with something wrong, and the other lines that belong to it. */
export interface Problem {
  severity: 'error' | 'warning';
  at: SourceLocation;
  message: string;
  /** Short, for the list of problems. */
  code: string;
  related: { at: SourceLocation; message: string }[];
}

/** The problems of a job that has ended: one for each line where nodes failed or wait, one for each line of a warning. */
export function jobProblems({ failure, warnings = [] }: JobInfo): Problem[] {
  const problems = byLine(warnings).map((group): Problem => ({
    severity: 'warning',
    at: group[0].at,
    message: group.map(({ rank, text }) => `Node ${rank}: ${text}`).join('\n'),
    code: 'leftover',
    related: [],
  }));
  if (!failure) return problems;
  const { error, rank, at, places = [] } = failure;
  const lines = byLine(places.length > 0 || !at ? places : [{ rank: rank ?? 0, at, text: '' }]);
  return lines.map((group): Problem => ({
    severity: 'error',
    at: group[0].at,
    message: error.code === 'deadlock' ? error.message : `Node ${rank}: ${error.message}`,
    code: error.code,
    related: places
      .filter(isPlaced)
      .filter((place) => group.length > 1 || place !== group[0])
      .map((place) => ({ at: place.at, message: place.text })),
  }));
}

type Placed = Finding & { at: SourceLocation };

function isPlaced(finding: Finding): finding is Placed {
  return finding.at !== undefined;
}

/** Findings of the same line together, in their order. */
function byLine(findings: readonly Finding[]): [Placed, ...Placed[]][] {
  const lines = new Map<string, [Placed, ...Placed[]]>();
  for (const finding of findings.filter(isPlaced)) {
    const key = `${finding.at.file}:${finding.at.line}`;
    const group = lines.get(key);
    if (group) group.push(finding);
    else lines.set(key, [finding]);
  }
  return [...lines.values()];
}
