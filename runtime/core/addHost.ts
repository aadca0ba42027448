/** Writes a machine into `lockstep.json` and leaves every other character as its owner wrote it. */
// The package's other build finds its files in a way that no bundler follows.
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser/lib/esm/main.js';
import type { SshHost } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import { parseConfiguration } from './configuration';

/**
 * The text of the file with the host in a cluster of type ssh; where there is none of this name, it is made, with so
 * many nodes. The text comes back as it is where the cluster names the host already. Throws
 * LockstepError(badConfiguration) where the file is wrong, or the cluster is of another type.
 */
export function addHost(
  text: string | undefined,
  file: string,
  cluster: string,
  host: SshHost,
  nodes: number,
): string {
  const made = { type: 'ssh', nodes, hosts: [host] };
  if (!text?.trim()) return `${JSON.stringify({ clusters: { [cluster]: made } }, undefined, 2)}\n`;
  const { clusters } = parseConfiguration(text, file);
  const known = Object.hasOwn(clusters, cluster) ? clusters[cluster] : undefined;
  if (known && known.type !== 'ssh') {
    const problem = `is of type "${known.type}", and hosts belong to one of type "ssh"; choose another name`;
    throw new LockstepError('badConfiguration', { file, path: `clusters.${cluster}`, problem });
  }
  if (known?.hosts.some((other) => isSame(other, host))) return text;
  const after = !known
    ? append(text, ['clusters'], `${JSON.stringify(cluster)}: ${onOneLine(made)}`)
    : append(text, ['clusters', cluster, 'hosts'], onOneLine(host));
  parseConfiguration(after, file);
  return after;
}

function isSame(a: SshHost, b: SshHost): boolean {
  return a.host === b.host && (a.user ?? b.user) === b.user && (a.port ?? 22) === (b.port ?? 22);
}

/** `{ "host": "lab-1" }`. */
function onOneLine(value: object): string {
  return JSON.stringify(value, undefined, 1).replace(/\n\s*/g, ' ').replace(/\[ /g, '[').replace(/ \]/g, ']');
}

/** The text with one more item at the end of an object or list, in a line of its own where the others have one. */
function append(text: string, path: string[], item: string): string {
  const tree = parseTree(text);
  const container = tree && findNodeAtLocation(tree, path);
  if (!container) throw new LockstepError('internal', { problem: `lockstep.json has no ${path.join('.')}` });
  const last = container.children?.at(-1);
  if (!last) {
    const at = container.offset + 1;
    return `${text.slice(0, at)} ${item} ${text.slice(container.offset + container.length - 1)}`;
  }
  const at = last.offset + last.length;
  return `${text.slice(0, at)},${spaceBefore(text, container, last)}${item}${text.slice(at)}`;
}

/** What stands before the last item: a line break and its indentation, or one space. */
function spaceBefore(text: string, container: Node, last: Node): string {
  const [, white] = /(\r?\n[ \t]*)$/.exec(text.slice(container.offset, last.offset)) ?? [];
  return white ?? ' ';
}
