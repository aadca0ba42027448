/** A user of this machine for the length of a test, with a password. Only root can make one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** A user that `remove` takes away again, with its home. */
export interface ThrowAwayUser {
  readonly name: string;
  readonly password: string;
  readonly home: string;
  remove(): void;
}

/** Makes a user, or answers undefined where we may not. */
export function makeUser(): ThrowAwayUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const name = `lockstep${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', name]);
  execFileSync('chpasswd', [], { input: `${name}:${password}\n` });
  return {
    name,
    password,
    home: `/home/${name}`,
    remove: () => void spawnSync('userdel', ['--remove', '--force', name]),
  };
}
