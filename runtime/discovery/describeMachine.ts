import { availableParallelism, freemem, hostname, loadavg, networkInterfaces, totalmem } from 'node:os';
import type { AnnouncedMachine } from '../protocol/discovery';
import { reachableAddresses } from './interfaces';
import { maximumAddresses } from './message';
import type { NetworkPlace } from './interfaces';

const mebibyte = 2 ** 20;

/** What a user has said about the machine. */
export type Profile = Pick<AnnouncedMachine, 'name' | 'ssh' | 'labels'>;

/** This machine as it is now. */
export function describeMachine(profile: Profile, places: readonly NetworkPlace[]): AnnouncedMachine {
  return {
    ...profile,
    addresses: reachableAddresses(networkInterfaces(), places).slice(0, maximumAddresses),
    resources: {
      cores: availableParallelism(),
      memoryMiB: Math.round(totalmem() / mebibyte),
      freeMemoryMiB: Math.round(freemem() / mebibyte),
      load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
      nodeVersion: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    },
  };
}

/** The host name, as far as it can be announced. */
export function ownName(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 64) || 'unnamed'
  );
}
