/** Why a task is where it is, as a page to read. */
import type { TaskExplanation, TaskPlacement } from '../../runtime/protocol/tasks';
import { formatDuration } from '../../webviews/shared/numberFormat';

const verbs: Record<TaskPlacement['reason'], string> = {
  placed: 'went to',
  moved: 'was moved to',
  stolen: 'was taken by',
  copied: 'was copied to',
};

const score = (value: number | null): string =>
  value === null ? 'not looked at' : Number.isInteger(value) ? String(value) : value.toPrecision(3);

/** A page of Markdown. */
export function explainText({ task, placements, policy }: TaskExplanation): string {
  const { name, id, phase, ranks, attempts, error, fromJournal } = task;
  const nodes = ranks.map((rank) => `node ${rank}`).join(', ');
  const lines = [
    `# Task ${name} #${id}`,
    '',
    `${phase}${nodes ? `, ${nodes}` : ''}, ${fromJournal ? 'from the journal' : `attempt ${Math.max(1, attempts)}`}. The policy in force is ${policy}.`,
    ...(error ? ['', error] : []),
  ];
  if (fromJournal) {
    lines.push(
      '',
      'It ended in an earlier run of the program, and is taken from the journal: it was placed nowhere.',
    );
  } else if (placements.length === 0) {
    lines.push(
      '',
      'It was not placed yet, or so long ago that it is not known any more: the newest 10,000 placements are kept.',
    );
  }
  for (const [index, placement] of placements.entries()) lines.push('', ...decision(index + 1, placement));
  return `${lines.join('\n')}\n`;
}

function decision(number: number, placement: TaskPlacement): string[] {
  const { agoMs, policy, rank, reason, from, candidates, scoreMeaning } = placement;
  const origin = from === undefined ? '' : ` from node ${from}`;
  const rows = candidates.map((each) => ({
    node: `node ${each.rank}`,
    score: score(each.score),
    chosen: each.rank === rank ? '← chosen' : '',
  }));
  const width = Math.max(...rows.map((row) => row.node.length), 0);
  const scores = Math.max(...rows.map((row) => row.score.length), 0);
  return [
    `## ${number}. It ${verbs[reason]} node ${rank}${origin}, ${formatDuration(agoMs)} ago`,
    '',
    `Decided by ${policy}. Scores, lower is better: ${scoreMeaning}.`,
    '',
    ...rows.map((row) =>
      `    ${row.node.padEnd(width)}  ${row.score.padStart(scores)}  ${row.chosen}`.trimEnd(),
    ),
  ];
}
