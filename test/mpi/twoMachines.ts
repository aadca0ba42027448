/**
 * Two machines for a run under an MPI launcher, as network namespaces with a name, a runtime folder and a cache of their own
 * each: what is in those of the first cannot be seen on the second.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeNetwork } from '../remote/namespaces';
import type { Family, Place } from './mpiexec';

export interface TwoMachines {
  /** Where a launcher runs that starts half of its processes on each. */
  place: Place;
  /** What the runs have left on the second machine. */
  leftOnSecond(): string[];
  end(): void;
}

const names = ['first', 'second'] as const;

/** Makes them, with their folders in `folder`. */
export function makeTwoMachines(folder: string): TwoMachines {
  const network = makeNetwork(2);
  const [first, second] = network.machines;
  if (!first || !second) throw new Error('the network has too few machines');
  const own = { run: join(folder, 'run'), cache: join(folder, 'cache') };
  for (const each of Object.values(own)) mkdirSync(each);
  const agent = join(folder, 'agent');
  // What launchers call in the place of ssh: [options] machine command…
  const script = [
    '#!/bin/sh',
    'while [ "${1#-}" != "$1" ]; do shift; done',
    'shift',
    `exec ${second.run.join(' ')} unshare --uts --mount sh -c "`,
    `hostname ${names[1]}`,
    `mount --bind ${own.run} \\$XDG_RUNTIME_DIR`,
    `mount --bind ${own.cache} \\$XDG_CACHE_HOME`,
    '$*"',
  ];
  writeFileSync(agent, `${script.join('\n')}\n`, { mode: 0o700 });
  const options: Record<Family, readonly string[]> = {
    mpich: ['-iface', 'eth0', '-hosts', names.join(','), '-launcher', 'ssh', '-launcher-exec', agent],
    openmpi: [
      '--mca',
      'plm_rsh_agent',
      agent,
      '--host',
      names.map((name) => `${name}:8`).join(','),
      '--map-by',
      'node',
    ],
  };
  const named = ['unshare', '--uts', 'sh', '-c', `hostname ${names[0]} && exec "$@"`, 'sh'];
  return {
    place: { command: [...first.run, ...named], options },
    leftOnSecond: () => readdirSync(own.run, { recursive: true }).map(String),
    end: () => network.end(),
  };
}
