/** What a person can let go wrong, of what: the choices that are offered, and the faults that they become. Pure. */
import { describeFault, type Fault, type LastingFault } from '../../runtime/protocol/faults';
import { faultsOfNode, edgeFault } from '../../webviews/shared/faultWords';

/** What a fault is to be of: one or several nodes, or the way from one node to another. */
export type FaultTarget =
  { type: 'nodes'; ranks: readonly number[] } | { type: 'link'; from: number; to: number };

/** The job, as far as the choices depend on it. */
export interface FaultyJobView {
  size: number;
  active: readonly LastingFault[];
}

/** Faults that need a number. */
export type Measured = 'slow' | 'delay' | 'bandwidth' | 'loss' | 'duplicate' | 'reorder';

/** What is chosen first. */
export type FaultChoice =
  | { type: 'now'; faults: readonly Fault[] }
  /** More has to be asked. */
  | { type: 'measured'; kind: Measured }
  | { type: 'partition' }
  | { type: 'end'; fault: LastingFault };

/** A choice as it is offered. */
export interface Offer {
  label: string;
  /** Name of a codicon. */
  icon: string;
  detail?: string;
  choice: FaultChoice;
}

export interface OfferGroup {
  title: string;
  offers: Offer[];
}

/** All that can be done to a target now; groups without an offer are left out. */
export function faultOffers(target: FaultTarget, job: FaultyJobView): OfferGroup[] {
  const groups = [
    { title: 'Heal', offers: healOffers(target, job) },
    ...(target.type === 'nodes' ? [{ title: 'Process', offers: processOffers(target.ranks, job) }] : []),
    { title: 'Messages', offers: messageOffers(target, job) },
  ];
  return groups.filter(({ offers }) => offers.length > 0);
}

/** Faults of a target that last: those that can be ended one by one. */
export function faultsOfTarget(target: FaultTarget, { active }: FaultyJobView): LastingFault[] {
  return active.filter((fault) =>
    target.type === 'nodes'
      ? target.ranks.some((rank) => faultsOfNode([fault], rank).length > 0)
      : edgeFault([fault], target.from, target.to) !== undefined,
  );
}

function healOffers(target: FaultTarget, job: FaultyJobView): Offer[] {
  const ends = faultsOfTarget(target, job).map((fault): Offer => ({
    label: `End ${describeFault(fault)}`,
    icon: 'check',
    choice: { type: 'end', fault },
  }));
  if (job.active.length < 2) return ends;
  const all = `All ${job.active.length} faults of the job end; what they held back arrives.`;
  const heal: FaultChoice = { type: 'now', faults: [{ fault: 'heal' }] };
  return [...ends, { label: 'Heal everything', icon: 'check-all', detail: all, choice: heal }];
}

function processOffers(ranks: readonly number[], { active }: FaultyJobView): Offer[] {
  const held = (rank: number, kind: string) =>
    active.some((each) => 'node' in each && each.node === rank && each.fault === kind);
  const each = (fault: 'stop' | 'continue' | 'kill', of: readonly number[]): FaultChoice => ({
    type: 'now',
    faults: of.map((node) => ({ fault, node })),
  });
  const stopped = ranks.filter((rank) => held(rank, 'stop') || held(rank, 'slow'));
  const going = ranks.filter((rank) => !held(rank, 'stop'));
  const offers: Offer[] = [];
  if (going.length > 0) {
    const detail = 'SIGSTOP: silent, soon suspect, and after 5 s (as clusters are set) counted as dead.';
    offers.push({ label: 'Stop', icon: 'debug-pause', detail, choice: each('stop', going) });
  }
  if (stopped.length > 0) {
    const detail = 'SIGCONT: goes on where it was stopped, at full speed.';
    offers.push({ label: 'Continue', icon: 'debug-continue', detail, choice: each('continue', stopped) });
  }
  return [
    ...offers,
    {
      label: 'Slow down…',
      icon: 'dashboard',
      detail: 'Gets a share of a processor, and so becomes the straggler that the others wait for.',
      choice: { type: 'measured', kind: 'slow' },
    },
    {
      label: 'Kill',
      icon: 'error',
      detail: 'SIGKILL: gone at once. A job that is not fault tolerant ends with it.',
      choice: each('kill', ranks),
    },
  ];
}

function messageOffers(target: FaultTarget, { size }: FaultyJobView): Offer[] {
  if (size < 2) return [];
  return [
    ...cutOffers(target, size),
    ...measuredMessages.map(({ kind, label, icon, detail }): Offer => ({
      ...{ label, icon, detail },
      choice: { type: 'measured', kind },
    })),
  ];
}

const measuredMessages = [
  { kind: 'delay', label: 'Delay…', icon: 'watch', detail: 'Each message takes longer.' },
  {
    kind: 'bandwidth',
    label: 'Limit the bandwidth…',
    icon: 'graph-line',
    detail: 'So many megabits a second pass, the rest waits.',
  },
  {
    kind: 'loss',
    label: 'Lose some…',
    icon: 'trash',
    detail: 'A share is lost: sent again later as TCP does, or gone for good.',
  },
  { kind: 'duplicate', label: 'Double some…', icon: 'files', detail: 'A share comes twice.' },
  {
    kind: 'reorder',
    label: 'Reorder some…',
    icon: 'arrow-swap',
    detail: 'A share is overtaken by later ones.',
  },
] as const;

const waits = 'What is sent across waits until it is healed; nothing is lost.';

function cutOffers(target: FaultTarget, size: number): Offer[] {
  const now = (...faults: Fault[]): FaultChoice => ({ type: 'now', faults });
  if (target.type === 'link') {
    const { from, to } = target;
    return [
      {
        label: 'Cut',
        icon: 'debug-disconnect',
        detail: `Both ways. ${waits}`,
        choice: now(cutBetween(from, to)),
      },
      {
        label: `Cut from ${from} to ${to} alone`,
        icon: 'arrow-right',
        detail: `The other way stays open. ${waits}`,
        choice: now({ ...cutBetween(from, to), oneWay: true }),
      },
    ];
  }
  const { ranks } = target;
  const others = otherRanks(ranks, size);
  const offers: Offer[] = [];
  if (others.length > 0) {
    const label = ranks.length === 1 ? 'Cut off' : 'Cut these off from the others';
    const choice = now({ fault: 'cut', sides: [[...ranks], others] });
    offers.push({ label, icon: 'debug-disconnect', detail: waits, choice });
  }
  if (ranks.length > 1 || size > 2) {
    const detail = 'Says which nodes are on which side.';
    offers.push({
      label: 'Partition by sides…',
      icon: 'split-horizontal',
      detail,
      choice: { type: 'partition' },
    });
  }
  return offers;
}

/** A cut of both ways between two nodes. */
export function cutBetween(from: number, to: number): Extract<Fault, { fault: 'cut' }> {
  return { fault: 'cut', sides: [from, to] };
}

/** The ranks that are not among these. */
export function otherRanks(ranks: readonly number[], size: number): number[] {
  return Array.from({ length: size }, (_, rank) => rank).filter((rank) => !ranks.includes(rank));
}
