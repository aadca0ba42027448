/**
 * Stops of nodes at their communication, and steps along messages: Step Into on a send goes to the receive that gets the
 * message, on a receive to the send that it waits for.
 *
 * A node that steps into a send stops before the message leaves. The receiver is told to stop when it has this message,
 * and only then does the send go on: however fast the message is, it is not missed.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CommunicationEvent } from '../../runtime/protocol/debug';
import { describeCall, type SourceLocation } from '../../runtime/protocol/node';
import { sentAt } from '../values/communicationScopes';
import { shortPlace } from '../values/describeCommunication';
import { awaitSend, followMessage, stepIntoMessage, stopUrl } from './communicationStops';
import type { DebuggedNode } from './debuggedNode';
import type { LinkedPlace } from './output';

/** What a step along a message does to the session. */
interface Actions {
  show(node: DebuggedNode, body: Omit<DebugProtocol.StoppedEvent['body'], 'threadId'>): void;
  /** From now on the focus is this node's. */
  focus(node: DebuggedNode): void;
  /** Lets a node go on that stands. */
  release(node: DebuggedNode): void;
  said(text: string, place?: LinkedPlace): void;
}

/** A node that does not answer within this time computes in one long call: the step does not wait for it. */
const answerMs = 2000;

export class CommunicationSteps {
  /** By the rank of a node that steps over a receive: the nodes that were told to stop at its send. */
  private readonly awaiting = new Map<number, DebuggedNode[]>();

  constructor(
    private readonly nodes: ReadonlyMap<number, DebuggedNode>,
    private readonly actions: Actions,
  ) {}

  /** Whether a node stands at its communication. */
  isAt({ pause, scripts }: DebuggedNode): boolean {
    const top = pause?.raw.callFrames[0];
    return top !== undefined && scripts.get(top.location.scriptId)?.url === stopUrl;
  }

  /** A node is about to step into its next call, which may be a send or a receive. */
  stepInto(node: DebuggedNode): void {
    node.stepsIntoMessage = true;
    void node.tell(stepIntoMessage(true));
  }

  /** A node has stopped: its step has found what it looked for, or there was nothing. */
  stepEnded(node: DebuggedNode): void {
    if (node.stepsIntoMessage) void node.tell(stepIntoMessage(false));
    node.stepsIntoMessage = false;
    this.stopAwaiting(node.rank);
  }

  /** A node stands at its communication: what it stands at says what is next. */
  async stopped(node: DebuggedNode): Promise<void> {
    const { pause } = node;
    const event = await readEvent(node);
    if (node.pause !== pause) return;
    if (node.pauseCause || !event) return this.actions.show(node, { reason: 'pause', description: 'Paused' });
    if (event.why === 'filter') {
      this.actions.show(node, atFilter(event));
      if (event.type === 'abort') node.abort = event;
      return;
    }
    if (event.why === 'followed' && event.type === 'send') return this.atAwaitedSend(node, event);
    if (event.why === 'followed') return this.atFollowedMessage(node, event);
    node.stepsIntoMessage = false;
    if (event.type === 'send') await this.followSend(node, event);
    else await this.awaitSender(node, event);
    if (node.pause !== pause) return;
    node.moving = 'next';
    node.leaveHiddenCode();
  }

  /** The receiver stops when it has the message; a receiver that stands goes on to there. */
  private async followSend(node: DebuggedNode, event: CommunicationEvent): Promise<void> {
    const receiver = this.nodes.get(event.worldPeer ?? -1);
    if (!receiver || receiver.ended || event.messageId === undefined) return;
    await answered(receiver.tell(followMessage(event.messageId)));
    this.actions.focus(receiver);
    if (receiver !== node) this.actions.release(receiver);
  }

  /** The node that is to send stops at its send; of a message that is here already, the place is said. */
  private async awaitSender(node: DebuggedNode, event: CommunicationEvent): Promise<void> {
    const { worldPeer = -1, context = 0, tag = -1, arrived } = event;
    if (arrived) {
      const sender = this.nodes.get(worldPeer);
      const at = await answered(sentAt(sender, context, node.rank, tag));
      return this.actions.said(arrivedText(node.rank, event, at), at && linkTo(at));
    }
    const senders = [...this.nodes.values()].filter(
      ({ rank, ended }) => !ended && (worldPeer < 0 ? rank !== node.rank : rank === worldPeer),
    );
    const send = { context, destinationRank: node.rank, tag };
    await Promise.all(senders.map((sender) => answered(sender.tell(awaitSend(send)))));
    this.awaiting.set(node.rank, senders);
    const [only] = senders;
    if (!only || senders.length > 1 || only === node) return;
    this.actions.focus(only);
    this.actions.release(only);
  }

  private atFollowedMessage(node: DebuggedNode, event: CommunicationEvent): void {
    node.arrival = `Paused after receiving: ${describeEvent(event)}`;
    this.actions.focus(node);
    if (node.pause?.top?.call) {
      node.moving = 'next';
      node.leaveHiddenCode();
      return;
    }
    // It awaits the message: the code that goes on with it comes next.
    node.move('next');
  }

  private atAwaitedSend(node: DebuggedNode, event: CommunicationEvent): void {
    this.stopAwaiting(event.worldPeer ?? -1);
    this.actions.focus(node);
    const description = `Paused at the send that node ${event.worldPeer} waits for`;
    this.actions.show(node, { reason: 'step', description, text: describeEvent(event) });
  }

  /** No node has to stop any more at a send to the one of this rank. */
  private stopAwaiting(rank: number): void {
    for (const sender of this.awaiting.get(rank) ?? []) void sender.tell(awaitSend());
    this.awaiting.delete(rank);
  }
}

/** What the node has handed to the place where it stands. */
async function readEvent({ cdp, pause }: DebuggedNode): Promise<CommunicationEvent | undefined> {
  const callFrameId = pause?.raw.callFrames[0]?.callFrameId ?? '';
  const answer = await cdp
    .request('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'event', returnByValue: true })
    .catch(() => undefined);
  return answer?.result.value as CommunicationEvent | undefined;
}

function atFilter(
  event: CommunicationEvent,
): Pick<DebugProtocol.StoppedEvent['body'], 'reason' | 'description' | 'text'> {
  if (event.type === 'abort') return { reason: 'exception', description: 'Abort', text: event.text };
  const text = describeEvent(event);
  const at = { send: 'before', receive: 'on', post: 'before', collective: 'before' }[event.type];
  const what = event.type === 'receive' ? `a received message: ${text}` : text;
  return { reason: 'breakpoint', description: `Paused ${at} ${what}`, text };
}

/** `send(destination 1, tag 7), 24 bytes`; of a message that came, from whom; `reduce(SUM, root 0)`. */
function describeEvent(event: CommunicationEvent): string {
  const { type, call, communicator, source, destination, tag, bytes, root, operation } = event;
  const size = bytes === undefined ? '' : `, ${bytes} bytes`;
  if (type === 'collective') {
    const details = [...(operation ? [operation] : []), ...(root === undefined ? [] : [`root ${root}`])];
    const agreed = details.length > 0 ? `(${details.join(', ')})` : '';
    return describeCall({ operation: call, communicator, collective: `${call}${agreed}` });
  }
  if (type === 'send') return describeCall({ operation: call, communicator, peer: destination, tag }) + size;
  const where = communicator === 'world' ? '' : ` on ${communicator}`;
  return `source ${source}, tag ${tag}${size}${where}`;
}

function arrivedText(rank: number, event: CommunicationEvent, at: SourceLocation | undefined): string {
  const sent = at ? ` Node ${event.worldPeer} sends such messages at ${shortPlace(at)}.` : '';
  return `Node ${rank}: the message of this ${event.call} has arrived already (${describeEvent(event)}).${sent}`;
}

const linkTo = ({ file, line, column }: SourceLocation): LinkedPlace => ({
  path: file,
  line: line - 1,
  column: column - 1,
});

/** What is asked of a node, or undefined if it takes too long to answer. */
function answered<T>(question: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), answerMs);
  });
  return Promise.race([question, late]).finally(() => clearTimeout(timer));
}
