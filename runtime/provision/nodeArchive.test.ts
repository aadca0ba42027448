import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { extractNode } from './nodeArchive';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-archive-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function archiveOf(name: string, files: Record<string, Buffer>): string {
  const place = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(place, path, '..'), { recursive: true });
    writeFileSync(join(place, path), content);
  }
  const archive = `${place}.tar.gz`;
  execFileSync('tar', ['-czf', archive, '-C', place, '.']);
  return archive;
}

const program = Buffer.alloc(1_234_567, 'node');

test('bin/node comes out of an archive as it went in, among other files', async () => {
  const archive = archiveOf('whole', {
    'node-v22.0.0-linux-x64/README.md': Buffer.alloc(513, 'r'),
    'node-v22.0.0-linux-x64/include/node/node.h': Buffer.alloc(100_000, 'h'),
    'node-v22.0.0-linux-x64/bin/node': program,
    'node-v22.0.0-linux-x64/lib/node': Buffer.from('another'),
  });
  assert.ok((await extractNode(archive)).equals(program));
});

test('an archive without bin/node', async () => {
  const archive = archiveOf('without', { 'node-v22.0.0/lib/node': program, 'bin/other': program });
  await assert.rejects(extractNode(archive), /contains no bin\/node/);
});

test('what is not a gzipped tar', async () => {
  const file = join(folder, 'text');
  writeFileSync(file, 'hello');
  await assert.rejects(extractNode(file));
  writeFileSync(file, gzipSync(Buffer.alloc(2048, 'x')));
  await assert.rejects(extractNode(file), /not a tar archive/);
  await assert.rejects(extractNode(join(folder, 'nothing')), /ENOENT/);
});

test('an archive that is cut off', async () => {
  const file = join(folder, 'cut.tar.gz');
  const tar = execFileSync('gzip', ['-dc', join(folder, 'whole.tar.gz')], { maxBuffer: 1 << 30 });
  writeFileSync(file, gzipSync(tar.subarray(0, Math.floor(tar.length * 0.4))));
  await assert.rejects(extractNode(file), /contains no bin\/node/);
});
