/** `lockstep nodes`: the machines of the lab that are on the network, and how one gets into a cluster. */
import { findConfigurations } from '../core/configuration';
import { changeConfigurationFile, withHost } from '../core/configurationChanges';
import { browse, findMachines } from '../discovery';
import { type Drops, type FoundMachine, formatLabels, hasLabels, hostOf } from '../protocol/discovery';
import { LockstepError } from '../protocol/errors';
import { type NodesArguments, parseNodesArguments } from './discoveryArguments';

/** Resolves with the exit code. */
export async function nodes(args: string[]): Promise<number> {
  const options = parseNodesArguments(args);
  if (options.watch) return watch(options);
  const { machines, drops } = await findMachines(options.labels, options);
  if (options.add) return add(machines, options.add, options.json);
  if (options.json) printJson({ type: 'machines', machines, drops });
  else process.stdout.write(`${machineTable(machines)}${hints(machines, drops)}`);
  return 0;
}

/** Prints the list whenever a machine comes, goes or falls silent; ends when it is interrupted. */
async function watch(options: NodesArguments): Promise<number> {
  const browser = await browse(options);
  let shown = '';
  const show = (always: boolean) => {
    const machines = browser.machines.filter((machine) => hasLabels(machine, options.labels));
    const summary = machines.map(({ id, state }) => `${id} ${state}`).join();
    if (summary === shown && !always) return;
    shown = summary;
    if (options.json) printJson({ type: 'machines', machines, drops: browser.drops });
    else
      process.stdout.write(
        `${new Date().toLocaleTimeString()}\n${machineTable(machines)}${hints(machines, browser.drops)}\n`,
      );
  };
  if (!options.json) process.stdout.write('Listening for machines of the lab; Ctrl+C ends it.\n');
  browser.onChanged(() => show(false));
  await new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  show(true);
  browser.dispose();
  return 0;
}

async function add(
  machines: FoundMachine[],
  wanted: { machine: string; cluster: string },
  json: boolean,
): Promise<number> {
  const found = machines.filter(({ name, host }) => name === wanted.machine || host === wanted.machine);
  const [machine] = found;
  if (!machine || found.length > 1) {
    const known = machines.map(({ name, host }) => `${name} (${host})`).join(', ') || 'none';
    throw new LockstepError('unknownMachine', { name: wanted.machine, known });
  }
  const [{ file }] = findConfigurations(process.cwd(), process.cwd());
  await changeConfigurationFile(file, (text) =>
    withHost(text, file, wanted.cluster, hostOf(machine), machine.resources.cores),
  );
  if (json) printJson({ type: 'added', machine: machine.name, cluster: wanted.cluster, file });
  else process.stdout.write(`${machine.name} is in the cluster "${wanted.cluster}" of ${file}.\n`);
  return 0;
}

function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify({ timeMs: Date.now(), ...value })}\n`);
}

const heads = ['NAME', 'STATE', 'HOST', 'CORES', 'LOAD', 'MEMORY', 'NODE', 'LABELS'];

/** The machines, a line each. */
export function machineTable(machines: readonly FoundMachine[]): string {
  if (machines.length === 0) return 'No machine was found on the network.\n';
  const rows = machines.map(({ name, state, host, resources, labels }) => [
    name,
    state,
    host,
    String(resources.cores),
    resources.load.toFixed(1),
    `${(resources.memoryMiB / 1024).toFixed(1)} GiB`,
    resources.nodeVersion,
    formatLabels(labels),
  ]);
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [heads, ...rows]
    .map((row) => `${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd() + '\n')
    .join('');
}

/** What may be wrong where fewer were found than are there. */
export function hints(machines: readonly FoundMachine[], drops: Drops): string {
  const lines = [
    machines.length === 0 &&
      drops.unopened + drops.otherVersion === 0 &&
      'Start "lockstep agent" on the machines of the lab, on the same network.',
    drops.unopened > 0 &&
      `${drops.unopened} announcements could not be read: those machines have another lab token.`,
    drops.otherVersion > 0 && `${drops.otherVersion} announcements were of another version of Lockstep.`,
    drops.stale > 0 &&
      `${drops.stale} announcements were more than a minute off: set the clocks of the machines, or of this one.`,
  ];
  return lines.flatMap((line) => (line ? [`${line}\n`] : [])).join('');
}
