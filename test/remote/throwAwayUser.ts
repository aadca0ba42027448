/** A user of this machine for the length of a test, with a password. Only root can make one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** A user that `remove` takes away again, with its home. */
export interface ThrowAwayUser {
  readonly name: string;
  readonly uid: number;
  readonly password: string;
  readonly home: string;
  remove(): void;
}

/** Makes a user. Throws where we may not: what needs a second user has not been tested there. */
export function makeUser(): ThrowAwayUser {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'Only root can make a second user for this test: run it as root, in a container or with sudo.',
    );
  }
  const name = `lockstep${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', name]);
  execFileSync('chpasswd', [], { input: `${name}:${password}\n` });
  return {
    name,
    uid: Number(execFileSync('id', ['-u', name])),
    password,
    home: `/home/${name}`,
    remove: () => void spawnSync('userdel', ['--remove', '--force', name]),
  };
}
