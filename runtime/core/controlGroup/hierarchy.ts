/**
 * Where in the trees of control groups a process is, as its /proc tells it: which version holds memory here, and the
 * folder of its own group. Formats: proc(5) for mountinfo, cgroups(7) for /proc/PID/cgroup.
 */
import { join } from 'node:path';

/** A process's own group in the tree whose memory controller is at work. */
export interface OwnGroup {
  version: 1 | 2;
  directory: string;
  /** The highest folder of the tree that can be seen from here. */
  top: string;
}

interface Mount {
  type: string;
  /** Which group of the tree is to be seen at `point`. */
  root: string;
  point: string;
  options: string[];
}

/** The own group that memory is held by, from the texts of /proc/self/mountinfo and /proc/self/cgroup. */
export function ownGroup(mountinfo: string, membership: string): OwnGroup | undefined {
  const mounts = mountinfo.split('\n').flatMap(parseMount);
  const groups = membership.split('\n').flatMap(parseMembership);
  const first = groups.find(({ controllers }) => controllers.includes('memory'));
  const version = first ? 1 : 2;
  const group = first ?? groups.find(({ tree }) => tree === '0');
  const mount = mounts.find(({ type, options }) =>
    first ? type === 'cgroup' && options.includes('memory') : type === 'cgroup2',
  );
  if (!group || !mount) return undefined;
  const below = pathBelow(mount.root, group.path);
  return below === undefined ? undefined : { version, directory: join(mount.point, below), top: mount.point };
}

/** A group's path below the one that a mount shows, unless it lies elsewhere in the tree. */
function pathBelow(root: string, path: string): string | undefined {
  if (path.split('/').includes('..')) return undefined; // outside of this process's namespace
  if (root === '/') return path;
  return path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}

function parseMount(line: string): Mount[] {
  const [before = '', after] = line.split(' - ');
  const [, , , root, point] = before.split(' ').map(unescape);
  const [type, , options = ''] = after?.split(' ') ?? [];
  return root === undefined || point === undefined || type === undefined
    ? []
    : [{ type, root, point, options: options.split(',') }];
}

/** Blanks and the like are written as three octal digits. */
const unescape = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

function parseMembership(line: string): { tree: string; controllers: string[]; path: string }[] {
  const [, tree, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
  return tree === undefined || controllers === undefined || path === undefined
    ? []
    : [{ tree, controllers: controllers.split(','), path }];
}
