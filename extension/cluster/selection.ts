import type { Disposable } from '../../runtime/core/disposable';
import { Emitter, type Event } from '../../runtime/core/emitter';
import type { NodeAddress } from './nodeAddress';

/** What all views show as picked: a job, and the node that the debugger stands on. */
export class Selection implements Disposable {
  private readonly jobs = new Emitter<string>();
  private readonly nodes = new Emitter<NodeAddress | undefined>();
  private focused: NodeAddress | undefined;

  /** Somebody picked a job in one view. */
  readonly onJob: Event<string> = this.jobs.event;
  /** The debugger moved to another node, or to none. */
  readonly onNode: Event<NodeAddress | undefined> = this.nodes.event;

  /** The node that the debugger stands on. */
  get node(): NodeAddress | undefined {
    return this.focused;
  }

  /** Shows a job in all views. */
  selectJob(job: string): void {
    this.jobs.fire(job);
  }

  /** Marks a node in all views. */
  focusNode(node: NodeAddress | undefined): void {
    if (node?.job === this.focused?.job && node?.rank === this.focused?.rank) return;
    this.focused = node;
    this.nodes.fire(node);
  }

  dispose(): void {
    this.jobs.dispose();
    this.nodes.dispose();
  }
}
