import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { LinkIdentity } from '../transport/handshake';
import { Door } from '../transport/link';
import { listenTls } from '../transport/tlsLink';
import { openCoordinatorLink } from './coordinatorLink';

const key = randomBytes(32);
const secret = randomBytes(32);
const node = { job: 1, rank: 3, coordinator: '' };
const awayAt = (addresses: string[], port: number, name = 'ours') => ({
  library: 'none',
  away: { addresses, port, name, key: key.toString('hex') },
});

test('a node of another machine comes in by whichever address leads to the coordinator', async () => {
  const identities: LinkIdentity[] = [];
  const links: { destroy(): void }[] = [];
  const door = new Door(
    () => secret,
    (link, identity) => {
      links.push(link);
      identities.push(identity);
    },
  );
  const listener = await listenTls(
    undefined,
    (name) => (name === 'ours' ? key : undefined),
    (stream) => void door.knock(stream),
  );
  try {
    const mpi = awayAt(['not-a-name.invalid', '127.0.0.1'], listener.port);
    links.push(await openCoordinatorLink({ ...node, mpi }, secret));
    assert.deepEqual(identities, [{ role: 'node', job: 1, rank: 3 }]);
    const stranger = openCoordinatorLink(
      { ...node, mpi: awayAt(['127.0.0.1'], listener.port, 'theirs') },
      secret,
    );
    await assert.rejects(stranger, { code: 'mpiCoordinatorUnreachable' });
  } finally {
    for (const link of links) link.destroy();
    listener.close();
  }
});

test('one that no address leads to says which it has tried, and what to do', async () => {
  const listener = await listenTls(
    undefined,
    () => undefined,
    () => undefined,
  );
  listener.close();
  const mpi = awayAt(['127.0.0.1'], listener.port);
  await assert.rejects(openCoordinatorLink({ ...node, mpi }, secret), {
    code: 'mpiCoordinatorUnreachable',
    message: new RegExp(
      `^Node 3 on .* cannot connect to the machine of node 0 \\(127\\.0\\.0\\.1, port ${listener.port}: connection refused\\).*firewall`,
    ),
  });
});
