/** What is open at a node, in lists for the debugger, which asks for them while the node stands. */
import { copyPayload, decode } from '../core/codec';
import { ANY_SOURCE, type Message, type Payload } from '../protocol/envelope';
import {
  isCollectives,
  type ListedCommunicator,
  type ListedMessage,
  type MessageKind,
} from '../protocol/messages';
import type { SourceLocation, Wait } from '../protocol/node';
import { describeCollective } from './collectives/signature';
import { Communicator } from './communicator';
import { Intercommunicator } from './intercommunicators/intercommunicator';
import { locatedCall, type OpenRequest, ReceiveOperation, type SendOperation } from './operation';
import type { ProgressEngine } from './progressEngine';
import { CartesianCommunicator } from './topologies/cartesian';
import { GraphCommunicator } from './topologies/graph';

export class MessageLists {
  /** `here` is the program's line that the node stands in. */
  constructor(
    private readonly engine: ProgressEngine,
    readonly here: () => SourceLocation | undefined,
  ) {}

  /** How many there are of each kind. */
  counts(): Record<MessageKind, number> {
    return {
      posted: this.posted().length,
      unexpected: this.unexpected().length,
      pending: this.pending().length,
      requests: this.engine.open.size,
    };
  }

  /** Some of one kind, in order. */
  list(kind: MessageKind, start: number, count: number): ListedMessage[] {
    const page = <T>(all: readonly T[]): T[] => all.slice(start, start + count);
    switch (kind) {
      case 'posted':
        return page(this.posted()).map((receive) => this.describeReceive(receive));
      case 'unexpected':
        return page(this.unexpected()).map((message) => this.describeMessage(message));
      case 'pending':
        return page(this.pending()).map((send) => this.describeSend(send));
      case 'requests':
        return page([...this.engine.open]).map((request) => this.describeRequest(request));
    }
  }

  /** A copy of the value of one, by its place in that order; undefined where the node does not have it. */
  value(kind: MessageKind, index: number): unknown {
    const payload = this.payload(kind, index);
    return payload && decode(copyPayload(payload));
  }

  /** In the order in which they were made; `world` first. */
  communicators(): ListedCommunicator[] {
    return this.engine.groups.all().flatMap((each) => {
      if (!(each instanceof Communicator || each instanceof Intercommunicator)) return [];
      const { name, rank, size, group, lastCollective: last } = each;
      return {
        name,
        rank,
        size,
        members: group.members,
        remote: each instanceof Intercommunicator ? each.remoteGroup.members : undefined,
        topology: topologyOf(each),
        lastCollective: last && `${last.call}, ${last.algorithm}`,
      };
    });
  }

  /** What the program awaits while its event loop runs. */
  awaited(): Wait[] {
    return this.engine.awaited.list();
  }

  /** Where the node sends messages of a context and tag to a node: the first place, if it is remembered. */
  sentAt(context: number, destinationRank: number, tag: number): SourceLocation | undefined {
    return this.engine.sendSites.placeOf(context, destinationRank, tag);
  }

  private payload(kind: MessageKind, index: number): Payload | undefined {
    if (kind === 'unexpected') return contentOf(this.unexpected()[index]);
    if (kind === 'pending') return this.pending()[index]?.content;
    const operation = kind === 'requests' ? [...this.engine.open][index]?.operation : undefined;
    return operation?.done ? contentOf(operation.message) : undefined;
  }

  private posted(): ReceiveOperation[] {
    return [...this.engine.matching.postedReceives()].filter((each) => each instanceof ReceiveOperation);
  }

  private unexpected(): Message[] {
    return [...this.engine.matching.unexpectedMessages()];
  }

  private pending(): SendOperation[] {
    return [...this.engine.pendingSends.values()];
  }

  private describeReceive(receive: ReceiveOperation): ListedMessage {
    const { communicator: context, source, tag } = receive;
    const request = this.requestOf(receive);
    return {
      ...this.placed(context, source, tag),
      operation: request?.call.operation ?? (isCollectives(context) ? undefined : 'recv'),
      at: request ? request.call.site?.() : this.here(),
      hasValue: false,
    };
  }

  private describeMessage({ envelope, payload }: Message): ListedMessage {
    const { communicator, source, tag, signature, bytes } = envelope;
    return {
      ...this.placed(communicator, source, tag),
      collective: isCollectives(communicator) ? describeCollective(signature) : undefined,
      bytes,
      hasValue: !isCollectives(communicator) && payload.parts.length > 0,
    };
  }

  private describeSend(send: SendOperation): ListedMessage {
    const { communicator, destination, tag, signature, bytes } = send.envelope;
    const request = this.requestOf(send);
    const isBuffered = this.engine.sendBuffer.holds(send);
    const at = isBuffered ? this.engine.sendSites.placeOf(communicator, destination, tag) : this.here();
    return {
      ...this.placed(communicator, destination, tag),
      operation: request?.call.operation ?? (isBuffered ? 'bsend' : 'send'),
      collective: isCollectives(communicator) ? describeCollective(signature) : undefined,
      at: request ? request.call.site?.() : at,
      bytes,
      hasValue: send.content !== undefined && !isCollectives(communicator),
    };
  }

  private describeRequest({ call, operation }: OpenRequest): ListedMessage {
    const done = operation?.done ?? true;
    const message = done ? operation?.message : undefined;
    return {
      ...locatedCall(call),
      done,
      bytes: message?.envelope.bytes,
      hasValue: message !== undefined,
    };
  }

  /** A message of a collective has the number of its call in the place of a tag, which says nothing to anyone. */
  private placed(context: number, worldPeer: number, tag: number) {
    const { groups } = this.engine;
    return {
      communicator: groups.nameOf(context),
      context,
      peer: groups.rankIn(context, worldPeer),
      worldPeer: worldPeer === ANY_SOURCE ? undefined : worldPeer,
      tag: isCollectives(context) ? undefined : tag,
    };
  }

  private requestOf(operation: ReceiveOperation | SendOperation): OpenRequest | undefined {
    for (const request of this.engine.open) if (request.operation === operation) return request;
    return undefined;
  }
}

/** What has come of a message: nothing of one that was announced only. */
function contentOf(message: Message | undefined): Payload | undefined {
  return message && message.payload.parts.length > 0 ? message.payload : undefined;
}

function topologyOf(communicator: object): ListedCommunicator['topology'] {
  if (communicator instanceof CartesianCommunicator) {
    const { dims, periods, coordinates } = communicator;
    return { type: 'grid', dims, periods, coordinates };
  }
  if (communicator instanceof GraphCommunicator) {
    const { sources, destinations } = communicator;
    return { type: 'graph', sources, destinations };
  }
  return undefined;
}
