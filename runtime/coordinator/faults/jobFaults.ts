/**
 * What goes wrong in a job on purpose: by its plan, by its program, by a client. Keeps what lasts, tells the nodes, and
 * remembers what happened when. Time is the cluster's, so that a plan stands while a node stands at a breakpoint.
 */
import { randomInt } from 'node:crypto';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { checkFault, checkRanks } from '../../core/faultPlan';
import { causeWords } from '../../protocol/causeWords';
import { LockstepError } from '../../protocol/errors';
import { type FaultHistory, isSameFault, keptFaultRecords } from '../../protocol/faultHistory';
import {
  describeFault,
  type Fault,
  type FaultCause,
  type FaultPlan,
  type FaultRecord,
  type FaultReport,
  isMessageFault,
  type LastingFault,
  type LostMessages,
  type MessageFaults,
  type NodeFault,
  type PlannedFault,
} from '../../protocol/faults';
import { explainFaults } from './explainFaults';
import { nemesisSteps, type NemesisStep } from './nemesis';

/** What faults need of their job. */
export interface FaultyJob {
  size: number;
  clock: Clock;
  /** The time of the machine, which never stands. */
  monotonicMs(): number;
  /** Tells all nodes; resolves when those that can answer know. */
  tell(faults: MessageFaults): Promise<void>;
  kill(rank: number): void;
  /** False if the node's process cannot be slowed down. */
  throttle(rank: number, share: number): boolean;
  /** By rank: what raw edges have lost, as far as is known. */
  lost(rank: number): readonly LostMessages[];
  happened(record: FaultRecord): void;
}

export class JobFaults {
  readonly seed: number;
  private readonly records: FaultRecord[] = [];
  private active: { fault: LastingFault; by: FaultCause; sinceMs: number }[] = [];
  private readonly due = new Set<Disposable>();
  /** Faults of the plan that wait for something to happen. */
  private awaiting: PlannedFault[] = [];
  private version = 0;
  private beganMs: number | undefined;
  private steps: Generator<NemesisStep> | undefined;

  constructor(
    private readonly job: FaultyJob,
    private readonly plan: FaultPlan | undefined,
  ) {
    this.seed = plan?.seed ?? randomInt(2 ** 31);
  }

  /** The programs are about to begin; answers the faults of messages that last from the first moment, none if they come later. */
  begin(): MessageFaults | undefined {
    this.beganMs = this.job.clock.nowMs();
    for (const planned of this.plan?.faults ?? []) {
      if (planned.when) this.awaiting.push(planned);
      else this.schedule(planned);
    }
    const { nemesis } = this.plan ?? {};
    if (nemesis) {
      this.steps = nemesisSteps(nemesis, this.seed, this.job.size);
      this.nextStep();
    }
    // Who knows that there will be some meets by messages from the beginning: memory that nodes share has no way to go wrong.
    const willBeSome = nemesis !== undefined || (this.plan?.faults ?? []).some(isMessageFault);
    if (willBeSome && this.version === 0) this.version = 1;
    return this.lasting;
  }

  /** The faults of messages that last, as a node is told that begins; undefined if there never were any. */
  get lasting(): MessageFaults | undefined {
    return this.version === 0 ? undefined : this.ofMessages();
  }

  /** Lets something go wrong now; resolves when the nodes know. Throws LockstepError(badFault). */
  async inject(asked: Fault, by: FaultCause): Promise<void> {
    const fault = checkFault(asked);
    checkRanks(fault, this.job.size);
    this.act(fault, by);
    if (isMessageFault(fault) || fault.fault === 'heal') await this.job.tell(this.ofMessages());
  }

  /** Ends a fault that lasts, if it does; resolves when the nodes know. */
  async endFault(asked: LastingFault, by: FaultCause): Promise<void> {
    const known = this.active.find(({ fault }) => isSameFault(fault, asked));
    if (!known) return;
    this.end(known.fault, by);
    await this.job.tell(this.ofMessages());
  }

  /** A node has printed this. */
  printed(node: number, text: string): void {
    this.awaited(
      (when) =>
        'printed' in when && (when.node === undefined || when.node === node) && text.includes(when.printed),
    );
  }

  /** A node has died. */
  died(node: number): void {
    this.awaited((when) => 'dead' in when && when.dead === node);
    this.active = this.active.filter(({ fault }) => !('node' in fault) || fault.node !== node);
  }

  /** True if no cut that nodes wait behind will end by itself, nor by somebody who looks on. */
  get cutsLast(): boolean {
    if (this.due.size > 0 || this.awaiting.length > 0) return false;
    return !this.active.some(({ fault, by }) => fault.fault === 'cut' && by === 'client');
  }

  /** What of it may be why nodes wait in vain, in sentences. */
  explain(): string[] {
    const cuts = this.active.flatMap(({ fault, sinceMs }) =>
      fault.fault === 'cut' ? [{ fault, sinceMs }] : [],
    );
    return explainFaults(
      cuts,
      Array.from({ length: this.job.size }, (_, rank) => this.job.lost(rank)),
    );
  }

  report(): FaultReport {
    return { seed: this.seed, records: [...this.records], active: this.active.map(({ fault }) => fault) };
  }

  /** The same for whoever looks on; undefined while nothing went wrong. */
  get history(): FaultHistory | undefined {
    return this.records.length > 0 ? this.report() : undefined;
  }

  /** The job ends: nothing goes wrong any more. */
  close(): void {
    for (const timer of this.due) timer.dispose();
    this.due.clear();
    this.awaiting = [];
    for (const { fault } of this.active) if ('node' in fault) this.job.throttle(fault.node, 1);
    this.active = [];
  }

  private ofMessages(): MessageFaults {
    const faults = this.active.flatMap(({ fault }) => (isMessageFault(fault) ? [fault] : []));
    return { version: this.version, seed: this.seed, faults };
  }

  private awaited(happened: (when: NonNullable<PlannedFault['when']>) => boolean): void {
    if (this.awaiting.length === 0) return;
    const now = this.awaiting.filter(({ when }) => when && happened(when));
    this.awaiting = this.awaiting.filter((each) => !now.includes(each));
    for (const planned of now) this.schedule(planned);
  }

  private schedule(planned: PlannedFault): void {
    const { atMs = 0, forMs } = planned;
    const happen = () => this.lasts(faultOf(planned), forMs, 'plan');
    if (atMs === 0) happen();
    else this.after(atMs, happen);
  }

  private nextStep(): void {
    const step = this.steps?.next();
    if (!step || step.done) return;
    const { afterMs, forMs, fault } = step.value;
    this.after(afterMs, () => {
      this.lasts(fault, forMs, 'nemesis');
      this.nextStep();
    });
  }

  private lasts(fault: Fault, forMs: number | undefined, by: FaultCause): void {
    this.act(fault, by);
    void this.job.tell(this.ofMessages());
    if (forMs === undefined || fault.fault === 'kill') return;
    this.after(forMs, () => {
      this.end(fault, by);
      void this.job.tell(this.ofMessages());
    });
  }

  private after(ms: number, callback: () => void): void {
    const timer = this.job.clock.after(ms, () => {
      this.due.delete(timer);
      callback();
    });
    this.due.add(timer);
  }

  private act(fault: Fault, by: FaultCause): void {
    if (fault.fault === 'heal') this.heal();
    else if (fault.fault === 'kill') this.job.kill(fault.node);
    else if (isMessageFault(fault)) this.active.push({ fault, by, sinceMs: this.nowMs() });
    else {
      const share = fault.fault === 'stop' ? 0 : fault.fault === 'continue' ? 1 : fault.share;
      this.throttle(fault, share);
      this.active = this.active.filter((each) => !('node' in each.fault) || each.fault.node !== fault.node);
      if (fault.fault !== 'continue') this.active.push({ fault, by, sinceMs: this.nowMs() });
    }
    if (isMessageFault(fault) || fault.fault === 'heal') this.version += 1;
    this.record({ fault, by });
  }

  /** One fault ends, if nothing has ended it before. */
  private end(fault: Fault, by: FaultCause): void {
    const known = this.active.find((each) => each.fault === fault);
    if (!known) return;
    this.active = this.active.filter((each) => each !== known);
    if ('node' in fault) this.job.throttle(fault.node, 1);
    else this.version += 1;
    this.record({ fault, by, ended: true });
  }

  private heal(): void {
    for (const { fault } of this.active) if ('node' in fault) this.job.throttle(fault.node, 1);
    this.active = [];
  }

  private throttle(fault: NodeFault, share: number): void {
    if (this.job.throttle(fault.node, share)) return;
    const problem = `the process of node ${fault.node} cannot be stopped and continued from here: only on Linux and macOS, and not under an MPI launcher`;
    throw new LockstepError('badFault', { fault: `faults.${fault.fault}`, problem });
  }

  private record(what: Pick<FaultRecord, 'fault' | 'by' | 'ended'>): void {
    const record = { timeMs: this.nowMs(), monotonicMs: this.job.monotonicMs(), ...what };
    if (this.records.length < keptFaultRecords) this.records.push(record);
    this.job.happened(record);
  }

  private nowMs(): number {
    return Math.round(this.job.clock.nowMs() - (this.beganMs ?? this.job.clock.nowMs()));
  }
}

/** What goes wrong, of a plan that says also when. */
function faultOf(planned: PlannedFault): Fault {
  const fault: PlannedFault = { ...planned };
  delete fault.atMs;
  delete fault.forMs;
  delete fault.when;
  return fault;
}

/** A fault that happened, or ended, as a line of the job's output. */
export function faultLine({ timeMs, fault, by, ended }: FaultRecord): string {
  const what = `${describeFault(fault)}${ended ? ' ended' : ''}`;
  return `Fault after ${(timeMs / 1000).toFixed(2)} s, ${causeWords(by)}: ${what}.`;
}
