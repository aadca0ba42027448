/** Which nodes are shown, as a user types it: `0-3, 7`. */

/** The ranks of a text below `size`, in their order; all for an empty text, undefined for one that cannot be read. */
export function parseRanks(text: string, size: number): number[] | undefined {
  const parts = text.split(/[,\s]+/).filter((part) => part !== '');
  const all = Array.from({ length: size }, (_, rank) => rank);
  if (parts.length === 0) return all;
  const wanted = new Set<number>();
  for (const part of parts) {
    const [, first, last] = /^(\d{1,5})(?:[-–](\d{1,5}))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    for (let rank = Number(first); rank <= Number(last ?? first); rank += 1) wanted.add(rank);
  }
  const shown = all.filter((rank) => wanted.has(rank));
  return shown.length > 0 ? shown : undefined;
}
