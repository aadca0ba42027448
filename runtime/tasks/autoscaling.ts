import {
  autoscale,
  type AutoscaleSettings,
  type AutoscaleState,
  changedElsewhere,
  type Load,
} from '../scheduler/autoscaler';
import type { SchedulerCore } from '../scheduler/schedulerCore';
import type { Cluster } from './cluster';
import type { NodeCount } from './nodeCount';

/** How often the autoscaler looks. */
const lookMs = 250;

/** Lets the number of nodes follow the work, by the autoscaler's decisions. */
export class Autoscaling {
  private state: AutoscaleState;
  private readonly beganMs: number;
  private readonly timer = setInterval(() => this.look(), lookMs);

  constructor(
    private readonly settings: AutoscaleSettings,
    private readonly core: SchedulerCore,
    private readonly count: NodeCount,
    private readonly cluster: Cluster,
    private readonly nowMs: () => number,
    private readonly tell: (line: string) => void,
  ) {
    this.beganMs = nowMs();
    this.state = changedElsewhere(this.beganMs, count.size);
    this.timer.unref();
    this.look();
  }

  /** The number of nodes was changed: fewer than these only after the cool-down. */
  changed(size: number): void {
    this.state = changedElsewhere(this.nowMs(), size);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (this.count.isChanging) return;
    const load = this.load();
    const decision = autoscale(this.settings, this.state, load);
    this.state = decision.state;
    this.cluster.looked(load.nowMs - this.beganMs, load.size, decision);
    if (decision.size === load.size) return;
    const reason = { by: 'autoscaler' as const, why: decision.why };
    this.count.set(decision.size, reason).catch((error: unknown) => {
      this.tell(`The autoscaler wants ${decision.size} nodes: ${(error as Error).message}`);
      this.close(); // it would only fail again
    });
  }

  private load(): Load {
    const { core, count } = this;
    const nodes = core.allNodes;
    const sum = (of: (node: (typeof nodes)[number]) => number) =>
      nodes.reduce((all, node) => all + of(node), 0);
    return {
      nowMs: this.nowMs(),
      size: count.size,
      drivers: count.drivers,
      cpus: sum(({ cpus }) => cpus),
      busyCpus: sum(({ cpus, freeCpus }) => cpus - freeCpus),
      queued: core.queued,
      outstandingMs: sum(({ outstandingMs }) => outstandingMs),
    };
  }
}
