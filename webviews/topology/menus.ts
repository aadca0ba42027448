/** What the menus of the drawing offer. */
import { describeFault, type LastingFault } from '../../runtime/protocol/faults';
import { edgeFault, faultsOfNode } from '../shared/faultWords';
import { hasEnded, type JobView } from '../shared/jobs';
import type { MenuItem } from '../shared/nodeMenu';
import type { Actions } from './actions';

/** Of a node. */
export function nodeMenu(view: JobView, rank: number, { send, openSource }: Actions): MenuItem[] {
  const job = view.job.id;
  const { info } = view.nodes[rank] ?? {};
  const at = info?.wait?.at;
  const lives = !hasEnded(view.job.state) && info?.state !== 'dead' && info?.state !== 'done';
  return [
    { label: 'Focus Thread', run: () => send({ type: 'focusNode', job, rank }) },
    { label: 'Show Output', run: () => send({ type: 'showOutput', job, rank }) },
    ...(at ? [{ label: 'Go to Waiting Line', run: () => openSource(at) }] : []),
    ...(lives ? [{ label: 'Inject Fault…', run: () => send({ type: 'injectFault', job, rank }) }] : []),
    ...(lives ? ends(view, faultsOfNode(view.faults.active, rank), send) : []),
  ];
}

/** Of the way from one node to another; empty after the end of the job. */
export function linkMenu(view: JobView, from: number, to: number, { send }: Actions): MenuItem[] {
  if (hasEnded(view.job.state)) return [];
  const job = view.job.id;
  const { active } = view.faults;
  const mine = active.filter((fault) => edgeFault([fault], from, to) ?? edgeFault([fault], to, from));
  const isCut = edgeFault(active, from, to)?.cut && edgeFault(active, to, from)?.cut;
  return [
    ...(isCut
      ? []
      : [{ label: `Cut the Link ${from} – ${to}`, run: () => send({ type: 'cutLink', job, from, to }) }]),
    {
      label: `Inject Fault from ${from} to ${to}…`,
      run: () => send({ type: 'injectLinkFault', job, from, to }),
    },
    ...ends(view, mine, send),
  ];
}

function ends({ job }: JobView, faults: readonly LastingFault[], send: Actions['send']): MenuItem[] {
  const words = [...new Set(faults.map(describeFault))];
  return words.map((fault) => ({
    label: `End ${fault}`,
    run: () => send({ type: 'healFaults', job: job.id, fault }),
  }));
}
