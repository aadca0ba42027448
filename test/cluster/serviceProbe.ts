/** Looks at a service from outside, as its users do: which ranks answer, all the time. */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

/** A service whose replicas listen at `FOLDER/RANK-PID`, and tell their label to whoever connects. */
export function servingProgram(label: string, { healthy = 'server.listening', body = '' } = {}): string {
  return `import { service } from 'lockstep';
import { createServer } from 'node:net';
import { writeFileSync } from 'node:fs';
export default service(async ({ rank, log, args: [folder] }) => {
  const server = createServer((socket) => socket.on('error', () => {}).end('${label}'));
  await new Promise<void>((done) => server.listen(folder + '/' + rank + '-' + process.pid, done));
  log('${label} listens');
  ${body}
  return {
    healthy: () => ${healthy},
    stop: () => { server.close(); writeFileSync(folder + '/stopped-' + rank + '-${label}', ''); },
  };
});
`;
}

/** What the sockets of a folder answer, by rank. */
export async function labels(folder: string): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  for (const name of readdirSync(folder)) {
    const rank = Number(/^(\d+)-\d+$/.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(rank)) continue;
    const label = await ask(join(folder, name));
    if (label !== undefined) found.set(rank, [...(found.get(rank) ?? []), label]);
  }
  return found;
}

function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path);
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(text === '' ? undefined : text));
  });
}

export interface Watch {
  rounds: number;
  /** The most ranks that were out of service at the same moment. */
  mostOut: number;
  /** The most replicas of one rank that answered in one round. */
  mostOfOneRank: number;
}

/** Asks all ranks again and again while something goes on. */
export async function watchService(folder: string, size: number, during: Promise<unknown>): Promise<Watch> {
  let over = false;
  const end = () => (over = true);
  during.then(end, end);
  const watch: Watch = { rounds: 0, mostOut: 0, mostOfOneRank: 0 };
  let before: number[] = [];
  while (!over) {
    const found = await labels(folder);
    const out = Array.from({ length: size }, (_, rank) => rank).filter((rank) => !found.has(rank));
    // A round takes a while: only who was out in two in a row was out at the same moment as the others were.
    watch.mostOut = Math.max(watch.mostOut, out.filter((rank) => before.includes(rank)).length);
    watch.mostOfOneRank = Math.max(watch.mostOfOneRank, ...[...found.values()].map((all) => all.length));
    watch.rounds += 1;
    before = out;
    await turn();
  }
  return watch;
}
