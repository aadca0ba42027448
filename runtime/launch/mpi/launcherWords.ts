/** What MPI launchers print beside the program's output, as far as it tells why a run has ended. Pure. */

/** How a process of the run has ended, as its launcher says. */
export interface SaidEnd {
  /** Open MPI names the rank, MPICH the process. */
  rank?: number;
  pid?: number;
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A line of a node, or of the launcher itself. */
export interface LauncherLine {
  rank?: number;
  stream: 'stdout' | 'stderr';
  text: string;
}

const signals: Readonly<Record<number, NodeJS.Signals>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** Takes the mark off a line that a launcher was told to mark: `[2] ` by MPICH, `[1,2]<stderr>:` by Open MPI. */
export function readLine(line: string, stream: 'stdout' | 'stderr'): LauncherLine {
  const [, byHydra, rest] = /^\[(\d+)\] ?(.*)$/.exec(line) ?? [];
  if (byHydra !== undefined) return { rank: Number(byHydra), stream, text: rest ?? '' };
  const [, byOpenMpi, which, text] = /^\[[^\]\s]*,(\d+)\]<(stdout|stderr)>: ?(.*)$/.exec(line) ?? [];
  if (byOpenMpi === undefined) return { stream, text: line };
  return { rank: Number(byOpenMpi), stream: which as 'stdout' | 'stderr', text: text ?? '' };
}

/** The process whose end has ended the run, if the launcher tells of one. */
export function readEnd(words: string): SaidEnd | undefined {
  const hydra = /PID (\d+) RUNNING AT [^\n]*\n=\s+EXIT CODE: (\d+)/.exec(words);
  if (hydra) {
    const signal = /EXIT STRING: [^\n]*\(signal (\d+)\)/.exec(words)?.[1];
    return { pid: Number(hydra[1]), ...endBy(Number(hydra[2]), signal) };
  }
  const killed = /process rank (\d+) with PID \d+ on node \S+\s+exited on\s+signal (\d+)/.exec(words);
  if (killed) return { rank: Number(killed[1]), ...endBy(0, killed[2]) };
  const exited = /Process name: \[\[\d+,\d+\],(\d+)\]\s+Exit code:\s+(\d+)/.exec(words);
  return exited ? { rank: Number(exited[1]), ...endBy(Number(exited[2]), undefined) } : undefined;
}

/** MPICH's word that a process has ended all of them with `MPI_Abort`, which is how we have it done. */
export const isAbort = (line: string): boolean => /^Abort\(-?\d+\) on node \d+ .*MPI_Abort/.test(line);

/** What a launcher has said in one paragraph: without rules, frames and empty lines, and not without end. */
export function shortWords(words: string): string {
  const lines = words
    .split('\n')
    .map((line) => line.replace(/^=\s{2,}/, '').trim())
    .filter((line) => /\w/.test(line) && !/^[-=*]+$/.test(line));
  const text = lines.join(' ').replace(/\s+/g, ' ');
  return text.length > 600 ? `${text.slice(0, 600)} …` : text;
}

function endBy(code: number, signal: string | undefined): Pick<SaidEnd, 'code' | 'signal'> {
  const name = signal === undefined ? undefined : signals[Number(signal)];
  return name === undefined ? { code, signal: null } : { code: null, signal: name };
}
