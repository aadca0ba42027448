/** What the parts of `bench p2p` share: cases, their measurements, and the rows that come of them. */
import { runCommand } from './command';
import type { Command } from './peers';
import type { Case } from './programs/pingPong';
import { makeRow, type Row } from './row';

export interface P2pCase extends Case {
  name: string;
}

/** The cases as arguments of the programs. */
export function wordsOf(cases: readonly P2pCase[]): string[] {
  return cases.map(({ call, kind, bytes, trips }) => `${call}:${kind}:${bytes}:${trips}`);
}

/** Runs a program; answers the microseconds that it prints, by case. Rejects with what it printed where `bad` is in it. */
export async function measure(command: Command, bad?: string, cwd?: string): Promise<number[]> {
  const { output } = await runCommand(command, { cwd });
  const list = /[a-zA-Z]+Microseconds\\?":\[([^\]]*)\]/.exec(output)?.[1];
  if (list === undefined || (bad !== undefined && output.includes(bad))) {
    throw new Error(`The program did not print its times:\n${output}`);
  }
  return list.split(',').map(Number);
}

/**
 * A small message is measured by the time that it takes, a large one by the bytes a second. The fastest run counts, of
 * ours and of the peer's: what else the machine does makes a run slower, never faster.
 */
export function compare(
  { name, bytes }: P2pCase,
  way: string,
  index: number,
  ours: number[][],
  peer: string,
  theirs: number[][],
  note?: string,
): Row {
  const small = bytes < 1 << 10;
  const value = (results: number[][]) => {
    const microseconds = Math.min(...results.map((result) => result[index] as number));
    return small ? microseconds : bytes / microseconds / 1000;
  };
  return makeRow({
    bench: 'p2p',
    case: `${name}, ${way}`,
    unit: small ? 'µs' : 'GB/s',
    better: small ? 'lower' : 'higher',
    ours: value(ours),
    peer,
    theirs: theirs.length > 0 ? value(theirs) : null,
    ...(note === undefined ? {} : { note }),
  });
}
