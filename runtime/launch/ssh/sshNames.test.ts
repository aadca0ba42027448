import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SshTarget } from './sshTarget';
import { checkTarget, loginOf, parseProxyJump } from './sshNames';

const accepted: SshTarget[] = [
  { host: 'gpu1' },
  { host: 'gpu-1.lab.example.org', user: 'ada', port: 22 },
  { host: '2001:db8::7' },
  { host: 'fe80::1%eth0' },
  { host: 'bücher.example' },
  { host: 'gpu1', user: 'DOMAIN\\ada' },
  { host: 'gpu1', user: 'ada@example.org', proxyJump: 'ada@gate:2222,[::1]:22,ssh://bob@deep' },
];

for (const target of accepted) {
  test(`${JSON.stringify(target)} is a target`, () => checkTarget(target));
}

const refused: SshTarget[] = [
  { host: '' },
  { host: '-oProxyCommand=touch x' },
  { host: 'gpu1;touch x' },
  { host: '$(touch x)' },
  { host: '`touch`' },
  { host: 'gpu1\ntouch' },
  { host: 'gpu1', user: '-l' },
  { host: 'gpu1', user: '$(touch x)' },
  { host: 'gpu1', user: "a'b" },
  { host: 'gpu1', user: 'a|b' },
  { host: 'gpu1', user: '' },
  { host: 'gpu1', port: 0 },
  { host: 'gpu1', port: 65536 },
  { host: 'gpu1', proxyJump: 'gate,-oProxyCommand=x' },
  { host: 'gpu1', proxyJump: "ada'@gate" },
  { host: 'gpu1', identityFile: 'a\0b' },
];

for (const target of refused) {
  test(`${JSON.stringify(target)} is refused, with the name of the host`, () => {
    assert.throws(() => checkTarget(target), { code: 'sshBadTarget' });
  });
}

test('a ProxyJump is read as OpenSSH writes it', () => {
  assert.deepEqual(parseProxyJump('ada@gate:2222,[::1]:22,ssh://b%40c@deep,x'), [
    { host: 'gate', user: 'ada', port: 2222 },
    { host: '::1', user: undefined, port: 22 },
    { host: 'deep', user: 'b@c', port: undefined },
    { host: 'x', user: undefined, port: undefined },
  ]);
  assert.deepEqual(parseProxyJump('none'), []);
});

test('a user whose name has an at sign is told from the host', () => {
  assert.deepEqual(parseProxyJump('ada@example.org@gate'), [
    { host: 'gate', user: 'ada@example.org', port: undefined },
  ]);
});

test('a login is what a person types', () => {
  assert.equal(loginOf({ host: 'gpu1' }), 'gpu1');
  assert.equal(loginOf({ host: 'gpu1', user: 'DOMAIN\\ada', port: 2222 }), "-p 2222 'DOMAIN\\ada@gpu1'");
});

/** What a name is made of that wants to be a command, or an option. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '-',
        '-o',
        'ProxyCommand=',
        '$(',
        ')',
        '`',
        ';',
        '|',
        '&',
        "'",
        '"',
        '\\',
        '\n',
        ' ',
        '\0',
        '%h',
        '>',
      ),
      fc.constantFrom(
        'touch',
        'x',
        'gpu1',
        '@',
        ':',
        '[',
        ']',
        '.',
        'ü',
        '\x1b',
        '\t',
        '~',
        '*',
        '!',
        '#',
        '{',
        '}',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

test('of 500 hostile names none that a shell or ssh could misread passes', () => {
  const special = /^-|[\s`'"$\\;&<>|(){}\p{Cc}]/u;
  fc.assert(
    fc.property(hostile, hostile, (host, user) => {
      const passes = (target: SshTarget) => {
        try {
          checkTarget(target);
          return true;
        } catch {
          return false;
        }
      };
      if (passes({ host })) assert.doesNotMatch(host, special);
      // A backslash parts a domain from a name; in the middle it hides nothing.
      if (passes({ host: 'gpu1', user })) assert.doesNotMatch(user, /^-|[\s`'";&<>|(){}\p{Cc}]|\$\(|\\$/u);
      if (passes({ host: 'gpu1', proxyJump: host }))
        for (const jump of parseProxyJump(host)) assert.doesNotMatch(jump.host, special);
    }),
    { numRuns: 500 },
  );
});
