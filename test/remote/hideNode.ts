/** A machine without Node.js: this one, as the processes of one server see it. */
import { spawnSync } from 'node:child_process';

/**
 * The beginning of a command that runs the rest where no Node.js is in the usual places. Throws where we may not hide
 * it: what a host without Node.js says has not been tested there.
 */
export function hideNode(): string[] {
  const script = `for node in $(which -a node) /usr/local/bin/node; do
    if [ -e "$node" ]; then mount --bind /dev/null "$node" || exit 1; fi
  done; exec "$@"`;
  const wrap = ['unshare', '--mount', 'sh', '-c', script, 'sh'];
  const { status, stderr } = spawnSync('unshare', [...wrap.slice(1), 'true'], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(
      `Only root can hide the Node.js of this machine for this test: run it as root. (${stderr.trim()})`,
    );
  }
  return wrap;
}
