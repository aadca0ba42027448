/** Which machines the processes of an MPI run are on. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { createSocketDirectory, reapRunDirectories, removeRunDirectory } from '../core/runDirectory';
import type { MpiLibrary } from '../transport/mpi/mpiLibrary';

/** Most bytes of what a process says of itself. */
const textBytes = 512;

/** What a process says of its machine: its name, and what no other machine says. */
export interface MachineWord {
  name: string;
  machine: string;
}

/** Where the processes are, by rank. */
export interface MpiPlaces {
  /** A name for each machine. */
  hosts: string[];
  /** A folder for the run on each machine but that of rank 0, where it is null; one process of each has made it. */
  folders: (string | null)[];
  /** Machines that have to be given the program. */
  isSpread: boolean;
  /** This process has made its machine's folder. */
  isLeader: boolean;
}

/** Tells the machines of a run apart, and makes what the run needs on each of them. Collective. */
export function placeProcesses(mpi: MpiLibrary): MpiPlaces {
  const { rank, size } = mpi.placeIn(mpi.handles.world);
  const exchange = (text: string): string[] => exchangeTexts(mpi, size, text);
  const words = exchange(JSON.stringify(ownWord())).map((text) => JSON.parse(text) as MachineWord);
  const { hosts, leaders } = machinesOf(words);
  const isSpread = leaders.some((leader) => leader !== 0);
  const isLeader = rank !== 0 && leaders[rank] === rank;
  if (!isSpread) return { hosts, folders: hosts.map(() => null), isSpread, isLeader };
  const made = exchange(isLeader ? makeFolder() : '');
  const folders = leaders.map((leader) => (leader === 0 ? null : (made[leader] ?? null)));
  return { hosts, folders, isSpread, isLeader };
}

/** Names for the machines, and for each process the first of its machine. */
export function machinesOf(words: readonly MachineWord[]): { hosts: string[]; leaders: number[] } {
  const leaders = words.map(({ machine }) => words.findIndex((each) => each.machine === machine));
  const names = new Map<number, string>();
  for (const leader of new Set(leaders)) {
    const { name } = words[leader] as MachineWord;
    const alike = [...names.keys()].filter((other) => words[other]?.name === name).length;
    names.set(leader, alike === 0 ? name : `${name} (${alike + 1})`);
  }
  return { hosts: leaders.map((leader) => names.get(leader) as string), leaders };
}

/** Machines may have the same name; what has a network of its own counts as a machine, too. */
function ownWord(): MachineWord {
  const name = hostname().slice(0, 200);
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { name, machine: `${name} ${boot} ${readlinkSync('/proc/self/ns/net')}` };
  } catch {
    return { name, machine: name }; // no Linux
  }
}

/** It goes with this process; where that is killed, the next one that comes here removes it. */
function makeFolder(): string {
  reapRunDirectories();
  const folder = createSocketDirectory();
  process.on('exit', () => removeRunDirectory(folder));
  return folder;
}

/** Everybody's text, by rank. */
function exchangeTexts(mpi: MpiLibrary, size: number, text: string): string[] {
  const own = Buffer.alloc(textBytes);
  own.write(text, 0, textBytes - 1, 'utf8');
  const all = Buffer.from(mpi.allgather(mpi.handles.world, own, size));
  return Array.from({ length: size }, (_, rank) => {
    const one = all.subarray(rank * textBytes, (rank + 1) * textBytes);
    return one.toString('utf8', 0, one.indexOf(0));
  });
}
