import type { Announcement } from '../message';

/** An announcement of a test, as a machine would make it. */
export function announcementOf(
  changes: Partial<Announcement> & { name?: string; address?: string } = {},
): Announcement {
  const { name = 'lab-1', address = '10.0.0.1', ...rest } = changes;
  return {
    type: 'announcement',
    instance: '0'.repeat(32),
    sequence: 1,
    sentAtMs: 1_000_000,
    startedAtMs: 900_000,
    state: 'present',
    machine: {
      name,
      addresses: [address],
      ssh: { port: 22 },
      resources: {
        cores: 8,
        memoryMiB: 16_000,
        freeMemoryMiB: 8000,
        load: 0.5,
        nodeVersion: '20.20.2',
        platform: 'linux x64',
      },
      labels: { room: '101' },
    },
    ...rest,
  };
}
