/** Commands about the machines of the lab that were found on the network. */
import * as vscode from '../vscode';
import { configurationUri } from '../cluster/clusterChoice';
import type { Lockstep } from '../lockstep';
import { loadRuntime } from '../loadRuntime';
import { type FoundMachine, hostOf } from '../../runtime/protocol/discovery';
import { LockstepError } from '../../runtime/protocol/errors';
import { machineRow } from '../lab/machineRow';
import { pickFolder } from './pickFolder';

/** Writes a machine into a cluster of `lockstep.json`; asks for what is not handed over. */
export async function addToCluster(lockstep: Lockstep, element?: unknown, named?: unknown): Promise<void> {
  const machine = machineOf(lockstep, element) ?? (await pickMachine(lockstep));
  const folder = machine && (await pickFolder('Folder whose cluster the machine joins'));
  const file = configurationUri(folder)?.fsPath;
  if (!machine || !file) return;
  const cluster = typeof named === 'string' ? named : await pickCluster(lockstep, machine);
  if (!cluster) return;
  const { changeConfigurationFile, withHost } = loadRuntime();
  await vscode.workspace.textDocuments.find((document) => document.uri.fsPath === file)?.save();
  await changeConfigurationFile(file, (text) =>
    withHost(text, file, cluster, hostOf(machine), machine.resources.cores),
  );
  const open = 'Open Configuration';
  // Not awaited: the message may stand for long.
  void vscode.window
    .showInformationMessage(`${machine.name} is in the cluster "${cluster}".`, open)
    .then((answer) => answer && vscode.commands.executeCommand('lockstep.openConfiguration'));
}

/** Takes the token that whoever runs the lab has handed over; it goes to its file and nowhere else. */
export async function enterLabToken({ lab }: Lockstep): Promise<void> {
  const { isLabToken, labTokenFile, saveLabToken } = loadRuntime();
  const file = labTokenFile();
  const token = await vscode.window.showInputBox({
    title: 'Lab Token',
    prompt: `From whoever runs the lab. It is kept in ${file}, readable by you alone.`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || isLabToken(text)
        ? undefined
        : 'A lab token is "lockstep-lab-" and 43 letters, digits, "-" or "_".',
  });
  if (!token?.trim()) return;
  try {
    saveLabToken(file, token);
  } catch (error) {
    if (!isThere(error)) throw error;
    const replace = 'Replace';
    const detail = 'The machines that have the old one will no longer be found.';
    const question = 'There is another lab token on this machine.';
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, replace);
    if (answer !== replace) return;
    saveLabToken(file, token, true);
  }
  lab.restart();
}

/** Makes the token of a new lab. */
export function newLabToken({ lab }: Lockstep): void {
  const { createLabToken, labTokenFile } = loadRuntime();
  const file = labTokenFile();
  createLabToken(file);
  lab.restart();
  const next = 'Copy that file to the same place on each machine, and run "lockstep agent" there.';
  void vscode.window.showInformationMessage(`The token of your lab is in ${file}. ${next}`);
}

const isThere = (error: unknown): boolean => error instanceof LockstepError && error.code === 'labTokenThere';

function machineOf({ lab }: Lockstep, element: unknown): FoundMachine | undefined {
  const { id } = (element ?? {}) as { id?: unknown };
  return lab.machines.find((machine) => machine.id === id);
}

async function pickMachine({ lab }: Lockstep): Promise<FoundMachine | undefined> {
  const items = lab.machines.map((machine) => {
    const { label, description } = machineRow(machine);
    return { label, description, machine };
  });
  const title = 'Machine to add to a cluster';
  const placeHolder = items.length > 0 ? undefined : 'No machine of the lab was found on the network.';
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.machine;
}

async function pickCluster({ choice }: Lockstep, machine: FoundMachine): Promise<string | undefined> {
  const { clusters } = await choice.list();
  const known = clusters.filter(({ type }) => type === 'ssh').map(({ name }) => ({ label: name, name }));
  const other = { label: '$(add) New Cluster…', name: undefined };
  const title = `Cluster that ${machine.name} joins`;
  const picked = known.length > 0 ? await vscode.window.showQuickPick([...known, other], { title }) : other;
  if (picked !== other) return picked?.name;
  const taken = new Set(clusters.map(({ name }) => name));
  return vscode.window.showInputBox({
    title: `New cluster with ${machine.name}`,
    value: taken.has('lab') ? '' : 'lab',
    prompt: 'Name of the cluster in lockstep.json',
    validateInput: (text) => {
      if (taken.has(text)) return `There is a cluster "${text}" already.`;
      return /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$/.test(text)
        ? undefined
        : 'Letters, digits, spaces, dots, hyphens and underscores, beginning with a letter or digit.';
    },
  });
}
