import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { listSshHosts } from './hostNames';

test('hosts are listed in their order, each once, with those of included files; patterns are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-names-'));
  try {
    const file = join(folder, 'config');
    mkdirSync(join(folder, 'more'));
    writeFileSync(
      file,
      [
        '# the lab',
        'Host lab-1 lab-2 "lab 3"',
        '  User ada',
        'Include more/*.conf missing config',
        'Host gate',
        '\tHostName=gate.example.org',
        'Host lab-1',
        '  HostName 10.0.0.1',
        'Host *.example.org !bad 10.0.?.1 *',
        '  User nobody',
        'Match host lab-2',
        '  HostName elsewhere',
      ].join('\r\n'),
    );
    writeFileSync(join(folder, 'more', 'a.conf'), 'host attic\n  hostname %h.local\n  user bob\n');
    writeFileSync(join(folder, 'more', 'b.txt'), 'Host hidden\n');
    assert.deepEqual(await listSshHosts(file), [
      { name: 'lab-1', address: 'ada@10.0.0.1' },
      { name: 'lab-2', address: 'ada@lab-2' },
      { name: 'lab 3', address: 'ada@lab 3' },
      { name: 'attic', address: 'bob@attic.local' },
      { name: 'gate', address: 'gate.example.org' },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('without a configuration there are none', async () => {
  assert.deepEqual(await listSshHosts('/nowhere/config'), []);
});
