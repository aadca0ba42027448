import type { DebugProtocol } from '@vscode/debugprotocol';
import { entryBreakpointId } from '../../runtime/protocol/debug';
import { LockstepError } from '../../runtime/protocol/errors';
import type { JobFailure } from '../../runtime/protocol/job';
import { describeWait } from '../../runtime/protocol/node';
import { Barrier } from '../breakpoints/barrier';
import type { ExceptionBreakpoints } from '../breakpoints/exceptionFilters';
import type { SourceBreakpoint } from '../breakpoints/sourceBreakpoint';
import type { Paused } from '../cdp/protocol';
import { type StepKind, type StepScope, threadOfRank } from '../dap/protocol';
import { CommunicationSteps } from './communicationSteps';
import type { DebuggedNode } from './debuggedNode';
import { exceptionHolds } from './exceptions';
import type { LinkedPlace } from './output';
import type { Held } from './threadName';

type StoppedBody = DebugProtocol.StoppedEvent['body'];

/** What the stops of a cluster tell the outside. */
export interface StopListener {
  stopped(body: StoppedBody): void;
  /** The nodes that run again, other than by the answer to a request. */
  moved(): void;
  /** A node goes on that nobody asked to. */
  continued(rank: number): void;
  /** Words for the user, about a place. */
  said(text: string, place?: LinkedPlace): void;
  /** A node is held, or held no longer. */
  heldChanged(): void;
}

/**
 * Decides what each stop of a node means for the cluster: shown at once, shown with all others, held at a barrier,
 * or passed over. Invariant: `node.shown` is true exactly while the client takes the node for stopped.
 */
export class Stops {
  private readonly barriers = new Map<SourceBreakpoint, Barrier>();
  /** The node that the user moved or paused last; it keeps the focus. */
  private acted: number | undefined;
  private readonly communication: CommunicationSteps;
  /** All nodes were asked to stop, and not all to go on again since. */
  private allAsked = false;

  constructor(
    private readonly nodes: ReadonlyMap<number, DebuggedNode>,
    private readonly exceptions: ExceptionBreakpoints,
    private readonly listener: StopListener,
  ) {
    this.communication = new CommunicationSteps(nodes, {
      show: (node, body) => this.show(node, body),
      focus: (node) => (this.acted = node.rank),
      release: (node) => this.release(node),
      said: (text, place) => listener.said(text, place),
    });
  }

  /** A node's inspector has stopped. */
  async paused(node: DebuggedNode, raw: Paused): Promise<void> {
    if (this.communication.isAt(node)) return this.communication.stopped(node);
    const ids = raw.hitBreakpoints ?? [];
    if (ids.includes(entryBreakpointId)) {
      return this.show(node, { reason: 'entry', description: 'Paused on entry' });
    }
    const hit = node.breakpoints.hit(ids);
    const [first] = hit;
    if (first) return this.breakpointHit(node, hit, first);
    if (ids.length > 0) {
      // The start of a file, or a breakpoint that was removed a moment ago.
      await node.breakpoints.atScriptStart(ids);
      return node.moveOn();
    }
    if (raw.reason === 'exception' || raw.reason === 'promiseRejection') return this.threw(node, raw);
    if (node.pauseCause) {
      const { pauseCause } = node;
      this.show(node, pauseReason(node));
      if (typeof pauseCause === 'object' && 'deadlock' in pauseCause) node.deadlock = pauseCause.deadlock;
      return;
    }
    if (node.moving) {
      if (!node.pause?.inProgram) return node.leaveHiddenCode();
      if (node.cameBack) return node.moveOn();
      return this.show(node, { reason: 'step', description: node.arrival ?? 'Paused after a step' });
    }
    return this.show(node, { reason: 'breakpoint', description: 'Paused on a debugger statement' });
  }

  /** Stops one node where it is. */
  pause(node: DebuggedNode): void {
    this.acted = node.rank;
    this.pauseNode(node);
  }

  /** Stops every node where it is, and those that join while others stand, as soon as they can. */
  pauseAll(): void {
    this.allAsked = true;
    for (const node of this.nodes.values()) this.pauseNode(node);
  }

  /** A node has joined, which can be debugged from now on. */
  joined(node: DebuggedNode): void {
    if (!this.allAsked) return;
    const others = [...this.nodes.values()].filter((each) => each !== node && !each.ended && !each.held);
    const areStanding = others.some(({ shown, pauseCause }) => shown || pauseCause !== undefined);
    if (areStanding || others.length === 0) this.pauseNode(node);
  }

  /** A node waits for work: it has no first line to stop on, if it was to stop there. */
  idles(node: DebuggedNode): void {
    if (!node.stopsOnEntry || node.held) return;
    node.stopsOnEntry = false;
    this.pauseNode(node);
  }

  /** Moves a node, or every node that is stopped; answers which. */
  move(node: DebuggedNode, kind: StepKind, scope: StepScope): DebuggedNode[] {
    this.acted = node.rank;
    const others = scope === 'together' ? [...this.nodes.values()].filter((each) => each !== node) : [];
    const moved = [node, ...others].filter(({ shown }) => shown);
    if (kind === 'stepIn' && scope === 'node' && node.shown) this.communication.stepInto(node);
    for (const each of moved) each.move(kind);
    if (moved.length > 0) this.listener.moved();
    return moved;
  }

  /** Nodes can never go on: they stop where they wait, and say so. */
  deadlock(failure: JobFailure): void {
    for (const { rank } of failure.places ?? []) {
      const node = this.nodes.get(rank);
      if (node) this.pauseNode(node, { deadlock: failure });
    }
  }

  /** Lets every stopped node go on. */
  continueAll(): DebuggedNode[] {
    this.allAsked = false;
    for (const node of this.nodes.values()) node.stopsOnEntry = false;
    const moved = [...this.nodes.values()].filter(({ shown }) => shown);
    for (const each of moved) each.move('continue');
    if (moved.length > 0) this.listener.moved();
    return moved;
  }

  /** Gives a stopped node the focus; answers whether it is stopped. */
  focus(node: DebuggedNode): boolean {
    if (!node.shown) return false;
    this.acted = node.rank;
    this.listener.stopped({
      reason: 'pause',
      description: 'Paused',
      threadId: threadOfRank(node.rank),
      preserveFocusHint: false,
      allThreadsStopped: false,
    });
    return true;
  }

  /** A node has ended: barriers await it no longer. */
  nodeEnded(rank: number): void {
    for (const [breakpoint, barrier] of this.barriers) {
      barrier.leave(rank);
      this.openIfComplete(breakpoint, barrier);
    }
  }

  /** Breakpoints are gone: the nodes that they held go on. */
  breakpointsRemoved(breakpoints: readonly SourceBreakpoint[]): void {
    for (const breakpoint of breakpoints) {
      for (const rank of this.barriers.get(breakpoint)?.clear() ?? []) this.nodes.get(rank)?.move('continue');
      if (this.barriers.delete(breakpoint)) this.listener.heldChanged();
    }
  }

  /** How a node is held, for its name. */
  heldOf(node: DebuggedNode): Held | undefined {
    const barrier = node.heldAt && this.barriers.get(node.heldAt);
    if (!node.heldAt || !barrier) return undefined;
    return { place: node.heldAt.place, arrived: barrier.held, awaited: this.awaitedBy(node.heldAt).length };
  }

  private breakpointHit(node: DebuggedNode, hit: SourceBreakpoint[], first: SourceBreakpoint): void {
    if (hit.every(({ mode }) => mode === 'barrier')) return this.hold(node, first);
    this.show(node, { reason: 'breakpoint', hitBreakpointIds: hit.map(({ id }) => id) });
    if (!hit.some(({ mode }) => mode === 'all')) return;
    for (const other of this.nodes.values()) {
      if (other !== node) this.pauseNode(other, { breakpointOf: node.rank });
    }
  }

  private hold(node: DebuggedNode, breakpoint: SourceBreakpoint): void {
    const barrier = this.barriers.get(breakpoint) ?? new Barrier();
    this.barriers.set(breakpoint, barrier);
    node.heldAt = breakpoint;
    barrier.arrive(node.rank);
    this.openIfComplete(breakpoint, barrier);
    this.listener.heldChanged();
  }

  private openIfComplete(breakpoint: SourceBreakpoint, barrier: Barrier): void {
    for (const rank of barrier.open(this.awaitedBy(breakpoint).map((node) => node.rank))) {
      const node = this.nodes.get(rank);
      if (!node) continue;
      this.show(node, {
        reason: 'breakpoint',
        description: 'All nodes have arrived',
        hitBreakpointIds: [breakpoint.id],
      });
    }
  }

  private awaitedBy({ ranks }: SourceBreakpoint): DebuggedNode[] {
    return [...this.nodes.values()].filter((node) => !node.ended && ranks.has(node.rank));
  }

  private async threw(node: DebuggedNode, raw: Paused): Promise<void> {
    const { pause } = node;
    const uncaught = raw.data?.uncaught ?? false;
    const expression = this.exceptions.expressionFor(uncaught);
    const holds = !expression || (await exceptionHolds(node, expression));
    if (node.pause !== pause) return;
    if (!holds) return node.moveOn();
    this.show(node, {
      reason: 'exception',
      description: uncaught ? 'Paused on an uncaught exception' : 'Paused on an exception',
      text: (raw.data?.description ?? String(raw.data?.value)).split('\n', 1)[0],
    });
  }

  /** A node goes on because another one's step leads to it. */
  private release(node: DebuggedNode): void {
    if (!node.shown) return;
    node.move('continue');
    this.listener.moved();
    this.listener.continued(node.rank);
  }

  private pauseNode(node: DebuggedNode, cause: DebuggedNode['pauseCause'] = 'user'): void {
    if (node.ended || node.shown) return;
    if (node.held) return void (node.stopsOnEntry = true);
    if (!node.heldAt) return node.requestPause(cause);
    this.barriers.get(node.heldAt)?.leave(node.rank);
    this.show(node, { reason: 'pause', description: `Paused while held at ${node.heldAt.place}` });
    this.listener.heldChanged();
  }

  private show(node: DebuggedNode, body: Omit<StoppedBody, 'threadId'>): void {
    const actedNode = this.acted === undefined ? undefined : this.nodes.get(this.acted);
    const othersHaveIt =
      [...this.nodes.values()].some((each) => each !== node && each.shown) ||
      actedNode?.moving !== undefined ||
      actedNode?.pauseCause !== undefined;
    this.communication.stepEnded(node);
    node.shown = true;
    node.stopsOnEntry = false;
    node.arrival = undefined;
    node.heldAt = undefined;
    node.moving = undefined;
    node.pauseCause = undefined;
    this.listener.stopped({
      ...body,
      threadId: threadOfRank(node.rank),
      preserveFocusHint: node !== actedNode && othersHaveIt,
      allThreadsStopped: false,
    });
  }
}

function pauseReason({
  pauseCause,
  info,
}: DebuggedNode): Pick<StoppedBody, 'reason' | 'description' | 'text'> {
  const where = info.wait ? ` in ${describeWait(info.wait)}` : '';
  if (typeof pauseCause !== 'object') return { reason: 'pause', description: `Paused${where}` };
  if ('deadlock' in pauseCause) {
    const { message } = pauseCause.deadlock.error;
    return { reason: 'exception', description: 'Deadlock', text: message };
  }
  return {
    reason: 'pause',
    description: `Paused by a breakpoint of node ${pauseCause.breakpointOf}${where}`,
  };
}

/** The node of a stop that is asked about; throws `nodeNotPaused`. */
export function requireShown(node: DebuggedNode): DebuggedNode {
  if (!node.shown) throw new LockstepError('nodeNotPaused', { rank: node.rank });
  return node;
}
