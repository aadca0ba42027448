import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { HostKeys } from './hostKeys';
import {
  fingerprint,
  keyTypeName,
  knownHostLine,
  knownName,
  matchesHost,
  parseKnownHosts,
} from './knownHosts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-known-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const keys = ['ed25519', 'ecdsa', 'rsa'].map((type) => {
  const path = join(folder, type);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment', '-f', path]);
  const [keyType = '', encoded = ''] = execFileSync('ssh-keygen', ['-y', '-f', path]).toString().split(' ');
  return { path, keyType, encoded: encoded.trim(), key: Buffer.from(encoded, 'base64') };
});
const [first, second] = keys as [(typeof keys)[0], (typeof keys)[0]];

/** Names that hosts of the tests have, each as OpenSSH looks it up. */
const names = [
  'gpu1',
  'gpu1.lab',
  'gpu2',
  '10.0.0.7',
  '::1',
  '[gpu1]:2222',
  '[10.0.0.7]:22022',
  '[::1]:2222',
];

const pattern = fc.oneof(
  fc.constantFrom(
    ...names,
    'GPU1',
    '*',
    '?pu1',
    'gpu?',
    '*.lab',
    '*.LAB',
    '[*]:2222',
    '10.0.*',
    '',
    'gpu',
    '*1*',
  ),
  fc.string({ unit: fc.constantFrom('g', 'p', 'u', '1', '*', '?', '.', '[', ']', ':', '2'), maxLength: 8 }),
);
const patterns = fc
  .array(fc.tuple(fc.boolean(), pattern), { minLength: 1, maxLength: 4 })
  .map((list) => list.map(([negated, text]) => (negated ? `!${text}` : text)).join(','));
const hosts = fc.oneof(
  { weight: 4, arbitrary: patterns },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...names)
      .map((name) => knownHostLine(name, first.key, true).split(' ')[0] ?? ''),
  },
  { weight: 1, arbitrary: fc.constantFrom('|1|', '|1|abc|def', '|2|x|y', '|1|AAAA|', '|', 'gpu1,|1|a|b') },
);
const space = fc.constantFrom(' ', ' ', ' ', '\t', '  ', ' \t');
const marker = fc.constantFrom(
  '',
  '',
  '',
  '',
  '@revoked ',
  '@cert-authority ',
  '@revoked\t',
  '@unknown ',
  '@ ',
  '@revoked  ',
);
const keyPart = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(...keys).map(({ keyType, encoded }) => [keyType, encoded] as const),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ['ssh-ed25519', second.encoded] as const,
      ['ssh-ed25519', first.encoded.slice(0, 20)] as const,
      ['ssh-ed25519', '!!!'] as const,
      ['no-such-type', first.encoded] as const,
    ),
  },
);
const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom('', '', ' ', '\t'),
        marker,
        hosts,
        space,
        keyPart,
        space,
        fc.constantFrom('', '', ' comment', '\r'),
      )
      .map(
        ([indent, mark, host, gap, [type, key], gap2, end]) =>
          `${indent}${mark}${host}${gap}${type}${gap2}${key}${end}`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '# a comment',
      '   ',
      'gpu1',
      'gpu1 ssh-ed25519',
      '@revoked',
      '@revoked gpu1',
    ),
  },
);

/** Lines that `ssh-keygen -lF` finds for a name: their numbers, markers and fingerprints. */
function oracle(file: string, name: string): string[] {
  const { stdout } = spawnSync('ssh-keygen', ['-l', '-F', name, '-f', file], { encoding: 'utf8' });
  return [...stdout.matchAll(/^# Host .* found: line (\d+) ?(CA|REVOKED)?\s*\n\S+ (\S+) (\S+)/gm)].map(
    ([, number, mark, type, print]) => `${number} ${mark ?? ''} ${type} ${print}`,
  );
}

/** The same as this project sees it. */
function ours(text: string, name: string): string[] {
  return parseKnownHosts(text)
    .filter(({ hosts: patternList }) => matchesHost(patternList, name))
    .map(
      ({ line: number, marker: mark, keyType, key }) =>
        `${number} ${markerNames[mark]} ${keyTypeName(keyType)} ${fingerprint(key)}`,
    );
}

const markerNames = { none: '', certAuthority: 'CA', revoked: 'REVOKED' };

test('the lines about a host are those that ssh-keygen -F finds, with their keys', () => {
  const file = join(folder, 'known_hosts');
  let lines = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 10, maxLength: 25 }), fc.constantFrom(...names), (all, name) => {
      const text = `${all.join('\n')}\n`;
      writeFileSync(file, text);
      lines += all.length;
      assert.deepEqual(ours(text, name), oracle(file, name), text);
    }),
    { numRuns: 60 },
  );
  assert.ok(lines >= 600);
});

test('a hashed line is found by OpenSSH, under the name and port that it was made for', () => {
  const file = join(folder, 'hashed');
  const lines = names.map((name) => knownHostLine(name, first.key, true));
  writeFileSync(file, `${lines.join('\n')}\n`);
  for (const [index, name] of names.entries())
    assert.deepEqual(oracle(file, name), [`${index + 1}  ED25519 ${fingerprint(first.key)}`]);
  assert.equal(
    new Set(lines.map((text) => text.split('|')[2])).size,
    names.length,
    'each line has its own salt',
  );
});

test('a fingerprint and a type are printed as ssh-keygen prints them', () => {
  for (const { path, key, keyType } of keys) {
    const shown = execFileSync('ssh-keygen', ['-l', '-f', `${path}.pub`])
      .toString()
      .trim();
    assert.match(shown, new RegExp(`\\((${keyTypeName(keyType)})\\)$`));
    assert.equal(shown.split(' ')[1], fingerprint(key));
  }
});

const about = (text: string, name = 'gpu1', portless = name) =>
  HostKeys.of(
    parseKnownHosts(text).map((each) => ({ ...each, file: 'known_hosts' })),
    name,
    portless,
  );
const lineOf = (host: string, { keyType, encoded } = first, mark = '') =>
  `${mark}${host} ${keyType} ${encoded}\n`;

test('a key that is on a line for the host is known, one of several suffices', () => {
  assert.deepEqual(about(lineOf('gpu1', second) + lineOf('*')).judge(first.key), { type: 'known' });
});

test('another key than the known one is changed, of whatever type, and its line is named', () => {
  const other = keys.find(({ keyType }) => keyType === 'ssh-rsa');
  assert.deepEqual(about(`# lab\n${lineOf('gpu1', other)}`).judge(first.key), {
    type: 'changed',
    file: 'known_hosts',
    line: 2,
  });
  assert.deepEqual(about('').judge(first.key), { type: 'unknown' });
});

test('a revoked key is revoked though another line knows it, and under any port', () => {
  const text = lineOf('[gpu1]:2222') + lineOf('gpu1', first, '@revoked ');
  assert.deepEqual(about(text, '[gpu1]:2222', 'gpu1').judge(first.key), {
    type: 'revoked',
    file: 'known_hosts',
    line: 2,
  });
});

test('an authority that signs keys is not a key to be trusted', () => {
  const keysOf = about(lineOf('*', first, '@cert-authority '));
  assert.deepEqual(keysOf.judge(first.key), { type: 'unknown' });
  assert.equal(keysOf.hasAuthority, true);
});

test('a line without a port vouches for a key on another port, and accuses none', () => {
  const keysOf = about(lineOf('gpu1'), '[gpu1]:2222', 'gpu1');
  assert.deepEqual(keysOf.judge(first.key), { type: 'known' });
  assert.deepEqual(keysOf.judge(second.key), { type: 'unknown' });
});

test('port 22 is not part of a name', () => {
  assert.equal(knownName('GPU1', 22), 'gpu1');
  assert.equal(knownName('::1', 2222), '[::1]:2222');
});

test('a pattern of many stars is matched in no time', () => {
  const start = performance.now();
  assert.equal(matchesHost(`${'*a'.repeat(500)}b`, 'a'.repeat(2000)), false);
  assert.ok(performance.now() - start < 1000);
});
