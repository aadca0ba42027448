import { describeFault } from '../../runtime/protocol/faults';
import { describeState } from '../../runtime/protocol/node';
import { failedRank, type JobView, type NodeView } from './jobs';
import { nameNodes } from './rankList';

/** What has been said of each node of a job, by rank. */
export interface Announced {
  job: string;
  jobState: string;
  phrases: readonly string[];
  /** So many faults on purpose. */
  faults: number;
}

/** Of many faults at once so many are said, the newest. */
const saidFaults = 3;

/** How long a node has to be in a state before it is worth a sentence; what needs a person is said at once. */
function worthMs(node: NodeView): number {
  switch (node.info.state) {
    case 'paused':
    case 'dead':
    case 'suspect':
      return 0;
    case 'blocked':
    case 'busy':
      return 1500;
    default:
      return 3000;
  }
}

/**
 * Sentences about what has changed in a job since they were last asked for; nodes of which the same is to be said
 * share one. A job that was not shown before is only taken note of.
 */
export function announceNodes(
  announced: Announced | undefined,
  view: JobView,
  nowMs: number,
): { announced: Announced; sentences: [subject: string, sentence: string][] } {
  const { job, nodes, faults } = view;
  if (announced?.job !== job.id) {
    const phrases = nodes.map(({ info }) => describeState(info));
    const first = { job: job.id, jobState: job.state, phrases, faults: faults.records.length };
    return { announced: first, sentences: [] };
  }
  const groups = new Map<string, number[]>();
  const phrases = nodes.map((node, rank) => {
    const phrase = describeState(node.info);
    const before = announced.phrases[rank] ?? '';
    if (phrase === before || nowMs - node.sinceMs < worthMs(node)) return before;
    groups.set(phrase, [...(groups.get(phrase) ?? []), rank]);
    return phrase;
  });
  const sentences = [...groups].map(([phrase, ranks]): [string, string] => [
    `nodes ${ranks.join()}`,
    `${nameNodes(ranks)}: ${phrase}.`,
  ]);
  for (const { fault, ended } of faults.records.slice(announced.faults).slice(-saidFaults)) {
    const what = describeFault(fault);
    sentences.push([`fault ${what}`, `Fault on purpose: ${what}${ended ? ' ended' : ''}.`]);
  }
  if (announced.jobState !== job.state) sentences.push(['job', jobSentence(view)]);
  const now = { job: job.id, jobState: job.state, phrases, faults: faults.records.length };
  return { announced: now, sentences };
}

function jobSentence({ job }: JobView): string {
  if (job.state !== 'failed' || !job.failure) return `${job.id} ${job.state}.`;
  const { error } = job.failure;
  const rank = failedRank(job);
  return `${job.id} failed${rank === undefined ? '' : ` on node ${rank}`}: ${error.message}`;
}
