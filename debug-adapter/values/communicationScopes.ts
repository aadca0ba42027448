/** What a stopped node's communication stands at: its messages and requests, and its communicators, as scopes. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { debugHelpersSymbol } from '../../runtime/protocol/debug';
import {
  type ListedCommunicator,
  type ListedMessage,
  type MessageKind,
  messageKinds,
} from '../../runtime/protocol/messages';
import { describeCall, type SourceLocation } from '../../runtime/protocol/node';
import type { DebuggedNode } from '../session/debuggedNode';
import type { ValueContext } from './context';
import { describeCommunicator, describeMessage, rankName, shortPlace } from './describeCommunication';
import type { Page, Values, VariableContainer } from './variableContainer';

type Variable = DebugProtocol.Variable;

const helpers = `globalThis[Symbol.for('${debugHelpersSymbol}')]`;

const titles: Record<MessageKind, string> = {
  posted: 'Posted receives',
  unexpected: 'Unexpected messages',
  pending: 'Pending sends',
  requests: 'Open requests',
};

/** So many are listed where the client does not ask for a page. */
const mostListed = 1000;

/** What the rows need beside the node itself. */
export interface CommunicationSources {
  store: Values;
  /** A number under which the client asks for a place in a source. */
  locate(at: SourceLocation): number;
  /** Where a node has first sent a message of this kind; undefined where it cannot say. */
  sentAt(
    sourceRank: number,
    context: number,
    destinationRank: number,
    tag: number,
  ): Promise<SourceLocation | undefined>;
}

/**
 * The scopes "Messages" and "Communicator". Both are marked expensive: they run code in the node, and an editor that
 * fetched them by itself would write `world = rank 0 of 4` beside each line with that name.
 */
export function communicationScopes(
  sources: CommunicationSources,
  context: ValueContext,
): DebugProtocol.Scope[] {
  const { store } = sources;
  return [
    {
      name: 'Messages',
      expensive: true,
      variablesReference: store.addScope(listing(context, () => messageKindRows(sources, context))),
    },
    {
      name: 'Communicator',
      expensive: true,
      variablesReference: store.addScope(listing(context, () => communicatorRows(sources, context))),
    },
  ];
}

async function messageKindRows(sources: CommunicationSources, context: ValueContext): Promise<Variable[]> {
  const counts = await ask<Record<MessageKind, number>>(context, `${helpers}.messages.counts()`);
  return messageKinds.map((kind) => {
    const count = counts[kind];
    if (count === 0) return row(titles[kind], 'none');
    const container: VariableContainer = {
      context,
      list: (page) => messageRows(sources, context, kind, page),
    };
    const reference = sources.store.add(container);
    return { ...row(titles[kind], String(count), reference), indexedVariables: count };
  });
}

async function messageRows(
  sources: CommunicationSources,
  context: ValueContext,
  kind: MessageKind,
  { start, count, filter }: Page,
): Promise<Variable[]> {
  if (filter === 'named') return [];
  const wanted = count > 0 ? count : mostListed;
  const list = `${helpers}.messages.list('${kind}', ${start}, ${wanted})`;
  const messages = await ask<ListedMessage[]>(context, list);
  return messages.map((message, offset) => {
    const index = start + offset;
    const details = listing(context, () => detailRows(sources, context, kind, index, message));
    return row(String(index), describeMessage(kind, message), sources.store.add(details));
  });
}

/** All that is known of one message or request, its value last. */
async function detailRows(
  sources: CommunicationSources,
  context: ValueContext,
  kind: MessageKind,
  index: number,
  message: ListedMessage,
): Promise<Variable[]> {
  const { communicator, operation, peer, worldPeer, tag, bytes, done, collective, at } = message;
  const rows = [row('communicator', communicator)];
  if (operation) rows.push(row('call', describeCall({ ...message, operation })));
  if (collective) rows.push(row('part of', collective));
  if (peer !== undefined) rows.push(row(peerTitles[kind], rankName(peer, worldPeer)));
  if (tag !== undefined) rows.push(row('tag', tag < 0 ? 'any' : String(tag)));
  if (bytes !== undefined) rows.push(row('bytes', String(bytes)));
  if (done !== undefined) rows.push(row('completed', String(done)));
  if (at) rows.push(placeRow('line', at, sources));
  if (kind === 'unexpected') rows.push(...(await sentRow(sources, context, message)));
  if (message.hasValue) rows.push(await valueRow(sources, context, kind, index));
  return rows;
}

const peerTitles: Record<MessageKind, string> = {
  posted: 'source',
  unexpected: 'source',
  pending: 'destination',
  requests: 'peer',
};

/** Its sender knows the line. */
async function sentRow(
  sources: CommunicationSources,
  { node }: ValueContext,
  { context, worldPeer, tag }: ListedMessage,
): Promise<Variable[]> {
  if (context === undefined || worldPeer === undefined || tag === undefined) return [];
  const at = await sources.sentAt(worldPeer, context, node.rank, tag);
  return at ? [placeRow('sent at', at, sources)] : [];
}

async function valueRow(
  { store }: CommunicationSources,
  context: ValueContext,
  kind: MessageKind,
  index: number,
): Promise<Variable> {
  const { result } = await context.node.cdp.request('Runtime.evaluate', {
    expression: `${helpers}.messages.value('${kind}', ${index})`,
    generatePreview: true,
    silent: true,
  });
  return { name: 'value', ...store.show(context, result, false) };
}

async function communicatorRows(sources: CommunicationSources, context: ValueContext): Promise<Variable[]> {
  const all = await ask<ListedCommunicator[]>(context, `${helpers}.messages.communicators()`);
  return all.map((communicator) => {
    const details = describeCommunicator(communicator).map(([name, value]) => row(name, value));
    const { name, rank, size } = communicator;
    const reference = sources.store.add(listing(context, () => Promise.resolve(details)));
    return row(name, `rank ${rank} of ${size}`, reference);
  });
}

function placeRow(name: string, at: SourceLocation, { locate }: CommunicationSources): Variable {
  return { ...row(name, shortPlace(at)), valueLocationReference: locate(at) };
}

/** Read-only: what the runtime holds is not the user's to change. */
function row(name: string, value: string, variablesReference = 0): Variable {
  return { name, value, variablesReference, presentationHint: { attributes: ['readOnly'] } };
}

function listing(context: ValueContext, all: () => Promise<Variable[]>): VariableContainer {
  return {
    context,
    async list({ filter, start, count }) {
      if (filter === 'indexed') return [];
      const rows = await all();
      return count > 0 ? rows.slice(start, start + count) : rows.slice(start);
    },
  };
}

/** Where a node has first sent a message of this kind; undefined where it cannot say. */
export async function sentAt(
  node: DebuggedNode | undefined,
  context: number,
  destinationRank: number,
  tag: number,
): Promise<SourceLocation | undefined> {
  if (!node || node.ended) return undefined;
  const question = `${helpers}.messages.sentAt(${context}, ${destinationRank}, ${tag})`;
  return ask<SourceLocation | undefined>({ node }, question).catch(() => undefined);
}

/** Asks the node for plain data. */
async function ask<T>({ node }: ValueContext, expression: string): Promise<T> {
  const { result } = await node.cdp.request('Runtime.evaluate', {
    expression,
    returnByValue: true,
    silent: true,
  });
  return result.value as T;
}
