/** Which node: the job's id within the editor, and the rank. */
export interface NodeAddress {
  job: string;
  rank: number;
}

/** The address that a tree element, a view's message or a command's argument carries; undefined where it has none. */
export function nodeAddress(value: unknown): NodeAddress | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { job, rank } = value as Partial<Record<keyof NodeAddress, unknown>>;
  return typeof job === 'string' && typeof rank === 'number' && Number.isInteger(rank)
    ? { job, rank }
    : undefined;
}

/** The job's id that a tree element or a command's argument carries. */
export function jobArgument(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { job } = value as { job?: unknown };
  return typeof job === 'string' ? job : undefined;
}
