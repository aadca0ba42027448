import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { portableCommand, shellQuote } from './shellQuote';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-quote-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const shells = ['/bin/sh', '/bin/bash', '/bin/dash', '/bin/zsh', '/usr/bin/fish', '/bin/csh'].filter(
  existsSync,
);

/** What a name is made of that wants to be a command. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      "'",
      '"',
      '`',
      '$',
      '\\',
      ';',
      '&',
      '|',
      '<',
      '>',
      '(',
      ')',
      '{',
      '}',
      '!',
      '*',
      '?',
      '[',
      ']',
      '~',
      '#',
      '%',
    ],
    ...[
      '\n',
      '\r',
      '\t',
      ' ',
      '-',
      '=',
      '^',
      '\x1b',
      '\x7f',
      'é',
      '漢',
      '🙂',
      "'\\''",
      '$(touch x)',
      '`touch x`',
    ],
    ...[
      ';touch x;',
      '&&touch x',
      '|touch x',
      '>x',
      '\ntouch x\n',
      '${IFS}',
      '$0',
      '%s',
      '\\047',
      '-rf',
      '!!',
    ],
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const hostile = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('').replaceAll('\0', ''));

test('500 hostile words arrive as they are, in any shell, and none of them runs', () => {
  const seen = new Map<string, string>();
  const words = fc.sample(hostile, { numRuns: 500, seed: 20261123 });
  for (let at = 0; at < words.length; at += 50) {
    const some = words.slice(at, at + 50);
    const line = `printf '%s\\0' ${some.map(shellQuote).join(' ')}`;
    for (const shell of shells) {
      const out = execFileSync(shell, ['-c', portableCommand(line)], { cwd: folder }).toString();
      assert.deepEqual(out.split('\0').slice(0, -1), some, shell);
      seen.set(shell, out);
    }
  }
  assert.ok(seen.has('/bin/sh'));
  assert.deepEqual(readdirSync(folder), [], 'nothing was made by a command');
});

test('a word that needs no quotes gets none', () => {
  assert.equal(shellQuote('/usr/bin/node'), '/usr/bin/node');
  assert.equal(shellQuote(''), "''");
  assert.equal(shellQuote('a=b'), 'a=b');
  assert.equal(shellQuote('=ls'), "'=ls'", 'zsh would look for a program');
  assert.equal(shellQuote('~'), "'~'");
});

test('a word with a NUL is refused', () => {
  assert.throws(() => shellQuote('a\0b'), /NUL/);
});

test('a script of several lines keeps its quotes, expansions and last exit code', () => {
  const script = `a='x y'\nfor b in 1 2; do printf '%s-%s;' "$a" "$b"; done\nprintf '100%%\\n'`;
  for (const shell of shells) {
    assert.equal(
      execFileSync(shell, ['-c', portableCommand(script)]).toString(),
      'x y-1;x y-2;100%\n',
      shell,
    );
  }
});
