/** A disk that is soon full. Only root can mount one. */
import { spawnSync } from 'node:child_process';

/** Mounts an empty disk of so many KiB on a directory. Throws where we may not: a full disk has not been tested there. */
export function mountSmall(directory: string, kibibytes: number): void {
  const options = `size=${kibibytes}k,mode=700`;
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(`Only root can mount a small disk for this test: run it as root. (${stderr.trim()})`);
  }
}

/** Takes the disk away again; what still looks at it is not waited for. */
export function unmount(directory: string): void {
  spawnSync('umount', ['--lazy', directory]);
}
