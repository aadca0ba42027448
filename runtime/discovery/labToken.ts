/**
 * The lab token: 32 random bytes in a file that only its owner can read. Who has it can read the announcements of the
 * lab's machines and make some; it opens no machine.
 */
import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LockstepError } from '../protocol/errors';

const form = /^lockstep-lab-([A-Za-z0-9_-]{43})$/;
const tokenBytes = 32;
/** Larger than any token: what is longer is something else. */
const readBytes = 256;

/** Where the token lies, unless a command says otherwise. */
export function labTokenFile(): string {
  const base = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  return join(base, 'lockstep', 'lab-token');
}

/** Makes a token in a file of its own, 0600. Throws LockstepError(labTokenThere). */
export function createLabToken(file: string): void {
  writeToken(file, `lockstep-lab-${randomBytes(tokenBytes).toString('base64url')}`);
}

/** True for what could be a token. */
export const isLabToken = (text: string): boolean => form.test(text.trim());

/**
 * Keeps a token that somebody handed over. Throws LockstepError: badLabToken, and labTokenThere where the file holds
 * another one, unless that is to be replaced.
 */
export function saveLabToken(file: string, token: string, replace = false): void {
  if (!isLabToken(token)) throw new LockstepError('badLabToken', { what: 'What was entered' });
  if (replace) rmSync(file, { force: true });
  writeToken(file, token.trim());
}

/**
 * The key of the announcements, from the token in a file. Throws LockstepError: noLabToken, labTokenExposed where
 * others can read the file, badLabToken where it holds something else.
 */
export function readLabKey(file: string): KeyObject {
  const secret = form.exec(readToken(file).trim())?.[1];
  if (secret === undefined) throw new LockstepError('badLabToken', { what: file });
  const bytes = Buffer.from(secret, 'base64url');
  return createSecretKey(Buffer.from(hkdfSync('sha256', bytes, 'lockstep', 'discovery 1', 32)));
}

function readToken(file: string): string {
  let opened: number;
  try {
    opened = openSync(file, 'r');
  } catch (error) {
    throw new LockstepError('noLabToken', { file }, { cause: error });
  }
  try {
    const { mode, uid } = fstatSync(opened);
    const own = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
    if (!own) throw new LockstepError('labTokenExposed', { file });
    const bytes = Buffer.alloc(readBytes);
    return bytes.toString('utf8', 0, readSync(opened, bytes));
  } finally {
    closeSync(opened);
  }
}

function writeToken(file: string, token: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${token}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new LockstepError('labTokenThere', { file }, { cause: error });
  }
}
