/** Messages, requests and communicators in words. */
import { basename } from 'node:path';
import type { ListedCommunicator, ListedMessage, MessageKind } from '../../runtime/protocol/messages';
import { describeCall, type SourceLocation } from '../../runtime/protocol/node';

/** `ring.ts:12`. */
export function shortPlace({ file, line }: SourceLocation): string {
  return `${basename(file)}:${line}`;
}

/** `rank 1`, `any`; with the rank in `world` where that is another one. */
export function rankName(rank: number, worldRank: number | undefined): string {
  if (rank === -1) return 'any';
  if (rank < 0) return 'nobody (PROC_NULL)';
  return worldRank === undefined || worldRank === rank ? `rank ${rank}` : `rank ${rank} (node ${worldRank})`;
}

/** One message or request on a line: `recv(source 1, tag 7) at ring.ts:12`, `from 1, tag 7, 24 bytes`. */
export function describeMessage(kind: MessageKind, message: ListedMessage): string {
  const { operation, communicator, peer = -1, tag, bytes, at, done, collective } = message;
  const size = bytes === undefined ? [] : [`${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`];
  const place = at ? ` at ${shortPlace(at)}` : '';
  const where = communicator === 'world' ? [] : [`on ${communicator}`];
  if (operation && tag !== undefined) {
    const parts = [describeCall({ ...message, operation }), ...size].join(', ');
    return `${parts}${place}${done ? ', completed' : ''}`;
  }
  if (kind === 'requests') return `${collective ?? operation ?? ''}${place}${done ? ', completed' : ''}`;
  const direction = kind === 'pending' ? `to ${peer}` : `from ${peer < 0 ? 'any' : peer}`;
  const about = tag === undefined ? [`part of ${collective ?? 'a collective call'}`] : [`tag ${tag}`];
  return `${[direction, ...about, ...size, ...where].join(', ')}${place}`;
}

/** A communicator in rows of name and value. */
export function describeCommunicator(communicator: ListedCommunicator): [name: string, value: string][] {
  const { name, rank, size, members, remote, topology, lastCollective } = communicator;
  return [
    ['name', name],
    ['rank', String(rank)],
    ['size', String(size)],
    ['group', describeGroup(members)],
    ...(remote ? [['remote group', describeGroup(remote)] as [string, string]] : []),
    ['topology', describeTopology(topology)],
    ['last collective', lastCollective ?? 'none'],
  ];
}

/** `nodes 0-3, 6`: the members' ranks in `world`, in their order. */
function describeGroup(members: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const member of members) {
    const range = ranges.at(-1);
    if (range && member === range.last + 1) range.last = member;
    else ranges.push({ first: member, last: member });
  }
  const text = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return `${members.length === 1 ? 'node' : 'nodes'} ${text.join(', ')}`;
}

function describeTopology(topology: ListedCommunicator['topology']): string {
  if (!topology) return 'none';
  if (topology.type === 'graph') {
    const names = (ranks: readonly number[]): string => (ranks.length === 0 ? 'nobody' : ranks.join(', '));
    return `graph: receives from ${names(topology.sources)}, sends to ${names(topology.destinations)}`;
  }
  const { dims, periods, coordinates } = topology;
  const rings = dims.flatMap((_, dimension) => (periods[dimension] ? [dimension] : []));
  const closed = rings.length === 0 ? '' : `, closed in dimension ${rings.join(', ')}`;
  return `grid ${dims.join(' × ')}${closed}; here (${coordinates.join(', ')})`;
}
