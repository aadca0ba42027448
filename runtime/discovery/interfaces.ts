/** On which networks discovery speaks and listens. */
import type { NetworkInterfaceInfo } from 'node:os';

/** A network interface of this machine with its first IPv4 address. */
export interface NetworkPlace {
  name: string;
  address: string;
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** Interfaces at most: each has a socket. */
const maximumPlaces = 16;

/**
 * The interfaces to use: the one that is wanted, by its name or address, else all that lead out of this machine, else
 * the loopback, on which a single machine finds itself.
 */
export function choosePlaces(interfaces: Interfaces, wanted?: string): NetworkPlace[] {
  const places = Object.entries(interfaces).flatMap(([name, infos = []]) => {
    const usable = infos.filter(({ family }) => family === 'IPv4');
    const info = usable.find(({ address }) => address === wanted) ?? usable[0];
    return info ? [{ name, address: info.address, internal: info.internal }] : [];
  });
  const chosen =
    wanted === undefined
      ? places.filter(({ internal }) => !internal)
      : places.filter(({ name, address }) => name === wanted || address === wanted);
  const fallback = wanted === undefined ? places.filter(({ internal }) => internal) : [];
  return (chosen.length > 0 ? chosen : fallback)
    .slice(0, maximumPlaces)
    .map(({ name, address }) => ({ name, address }));
}

/** The addresses that others can reach this machine at: those of the chosen interfaces first; no link-local ones. */
export function reachableAddresses(interfaces: Interfaces, chosen: readonly NetworkPlace[]): string[] {
  const all = Object.values(interfaces).flatMap((infos = []) =>
    infos.filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address)),
  );
  return [...new Set([...chosen.map(({ address }) => address), ...all.map(({ address }) => address)])];
}
