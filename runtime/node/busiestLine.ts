import type { Profiler } from 'node:inspector';
import { pathToFileURL } from 'node:url';

type ProfileNode = Profiler.ProfileNode;

/**
 * The line of a script (from 1) in which most of a profile's time was spent, there or in what it called; undefined if
 * the script hardly ran. A call that is not of the script counts for the function that made it, at the function's start.
 *
 * Cost: one pass over the profile's tree.
 */
export function busiestLine(profile: Profiler.Profile, script: string): number | undefined {
  const urls = new Set([script, pathToFileURL(script).href]);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const ticks = new Map<number, number>();
  const add = (line: number, count: number): void => void ticks.set(line, (ticks.get(line) ?? 0) + count);
  const visit = (node: ProfileNode, caller: number | undefined): void => {
    const { callFrame, positionTicks = [], hitCount = 0, children = [] } = node;
    const isOwn = urls.has(callFrame.url);
    if (isOwn) for (const each of positionTicks) add(each.line, each.ticks);
    else if (caller !== undefined) add(caller, hitCount);
    const line = isOwn ? callFrame.lineNumber + 1 : caller;
    for (const id of children) visit(byId.get(id) as ProfileNode, line);
  };
  const [root] = profile.nodes;
  if (root) visit(root, undefined);
  const [busiest] = [...ticks].sort(([, a], [, b]) => b - a);
  const samples = profile.samples?.length ?? 0;
  const seen = [...ticks.values()].reduce((sum, each) => sum + each, 0);
  return busiest && seen * 10 >= samples ? busiest[0] : undefined;
}
