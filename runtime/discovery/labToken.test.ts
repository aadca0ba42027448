import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LockstepError } from '../protocol/errors';
import { seal, unseal } from './datagram';
import { createLabToken, readLabKey, saveLabToken } from './labToken';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-token-'));
  file = join(folder, 'lockstep', 'lab-token');
});
afterEach(() => rmSync(folder, { recursive: true }));

const codeOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return LockstepError.from(error).code;
  }
  return 'none';
};

test('a token is made for its owner alone, and is not made twice', () => {
  createLabToken(file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'lockstep')).mode & 0o777, 0o700);
  const token = readFileSync(file, 'utf8');
  assert.equal(
    codeOf(() => createLabToken(file)),
    'labTokenThere',
  );
  assert.equal(readFileSync(file, 'utf8'), token);
});

test('the same token handed over gives the same key; another gives another', () => {
  createLabToken(file);
  const copy = join(folder, 'copy');
  saveLabToken(copy, `  ${readFileSync(file, 'utf8')}\n`);
  const sealed = seal(readLabKey(file), Buffer.from('hello'));
  assert.equal(unseal(readLabKey(copy), sealed).toString(), 'hello');
  const other = join(folder, 'other');
  createLabToken(other);
  assert.equal(unseal(readLabKey(other), sealed), 'unopened');
  assert.equal(
    codeOf(() => saveLabToken(other, readFileSync(file, 'utf8'))),
    'labTokenThere',
  );
  saveLabToken(other, readFileSync(file, 'utf8'), true);
  assert.equal(unseal(readLabKey(other), sealed).toString(), 'hello');
});

test('a token that others can read is refused, and so is what is no token', () => {
  assert.equal(
    codeOf(() => readLabKey(file)),
    'noLabToken',
  );
  createLabToken(file);
  chmodSync(file, 0o640);
  assert.equal(
    codeOf(() => readLabKey(file)),
    'labTokenExposed',
  );
  const wrong = join(folder, 'wrong');
  for (const text of ['', 'password', `lockstep-lab-${'a'.repeat(42)}`, 'x'.repeat(100_000)]) {
    writeFileSync(wrong, text, { mode: 0o600 });
    assert.equal(
      codeOf(() => readLabKey(wrong)),
      'badLabToken',
    );
    assert.equal(
      codeOf(() => saveLabToken(join(folder, 'new'), text)),
      'badLabToken',
    );
  }
});

test('no error says what is in the file', () => {
  const secret = `lockstep-lab-${'S'.repeat(42)}`;
  const wrong = join(folder, 'wrong');
  writeFileSync(wrong, secret, { mode: 0o600 });
  for (const body of [() => readLabKey(wrong), () => saveLabToken(file, secret)]) {
    assert.throws(body, (error: Error) => !error.message.includes('SSSS'));
  }
});
