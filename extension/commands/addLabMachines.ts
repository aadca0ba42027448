import * as vscode from '../vscode';
import { configurationUri } from '../cluster/clusterChoice';
import { loadRuntime } from '../loadRuntime';
import type { Lockstep } from '../lockstep';
import type { SshCluster, SshHost } from '../../runtime/protocol/configuration';
import { nodes as nodesOf } from '../views/rows';
import { checkLabMachines } from './checkLabMachines';
import { pickFolder } from './pickFolder';
import { inputText, pickMany, pickOne, runSteps, type Step } from './steps';

/** What the user says in the course of the steps. */
interface LabPlan {
  /** Of the SSH configuration. */
  named: string[];
  wantsOthers: boolean;
  others: SshHost[];
  nodesEach: number;
  cluster: string;
  test: boolean;
}

const mostNodesEach = 64;

/** Asks which machines are to form a cluster, tries them if wanted, and writes them into `lockstep.json`. */
export async function addLabMachines(lockstep: Lockstep): Promise<void> {
  const folder = await pickFolder('Folder whose cluster gets the machines');
  const uri = configurationUri(folder);
  if (!folder || !uri) return;
  const plan: LabPlan = {
    named: [],
    wantsOthers: false,
    others: [],
    nodesEach: 2,
    cluster: 'lab',
    test: true,
  };
  if (!(await runSteps('Add Lab Machines', await stepsOf(plan, lockstep)))) return;
  const planned = [...plan.named.map((host) => ({ host })), ...plan.others];
  const hosts = plan.test ? await tested(lockstep, folder, plan, planned) : planned;
  if (hosts.length === 0) return;
  const { changeConfigurationFile, withHosts } = loadRuntime();
  await vscode.workspace.textDocuments.find((document) => document.uri.fsPath === uri.fsPath)?.save();
  await changeConfigurationFile(uri.fsPath, (text) =>
    withHosts(text, uri.fsPath, plan.cluster, hosts, plan.nodesEach),
  );
  await offerUse(lockstep, plan.cluster, hosts.length, uri);
}

async function stepsOf(plan: LabPlan, { choice }: Lockstep): Promise<Step[]> {
  const [known, { clusters }] = await Promise.all([loadRuntime().listSshHosts(), choice.list()]);
  const other = { label: '$(add) Other machine…', name: undefined, description: 'not in ~/.ssh/config' };
  const typeOf = (name: string): string | undefined => clusters.find((each) => each.name === name)?.type;
  return [
    (place) => {
      const items = [
        ...known.map(({ name, address }) => ({
          label: name,
          description: address,
          name,
          picked: plan.named.includes(name),
        })),
        { ...other, picked: plan.wantsOthers || known.length === 0 },
      ];
      const text =
        known.length > 0
          ? 'Machines of ~/.ssh/config that run nodes'
          : '~/.ssh/config names no machine: type one in the next step';
      return pickMany(place, text, items, (picked) => {
        plan.named = picked.flatMap(({ name }) => name ?? []);
        plan.wantsOthers = picked.some(({ name }) => name === undefined);
        return picked.length === 0 ? 'pick at least one' : undefined;
      });
    },
    async (place) => {
      if (!plan.wantsOthers) {
        plan.others = [];
        return 'skip';
      }
      const text = plan.others.map(addressOf).join(', ');
      const prompt = 'Machines as user@host:port, separated by commas; user and port may be left out';
      return inputText(
        place,
        prompt,
        text,
        problemOfHosts,
        (typed) => (plan.others = loadRuntime().parseHosts(typed)),
      );
    },
    (place) =>
      inputText(place, 'Nodes on each machine', String(plan.nodesEach), problemOfCount, (typed) => {
        plan.nodesEach = Number(typed);
      }),
    (place) => {
      const problemOf = (name: string): string | undefined => {
        const type = typeOf(name);
        if (!/^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$/.test(name))
          return 'A name has letters, digits, spaces, dots, hyphens or underscores, and begins with a letter or digit.';
        return type === undefined || type === 'ssh'
          ? undefined
          : `There is a cluster ${name} of type ${type} already.`;
      };
      const prompt = 'Name of the cluster; the machines are added to one that has machines already';
      return inputText(place, prompt, plan.cluster, problemOf, (name) => (plan.cluster = name));
    },
    (place) => {
      const items = [
        {
          label: '$(plug) Test the connections, then save',
          detail: 'Connects to each machine and uploads the runtime',
          test: true,
        },
        {
          label: '$(save) Save without a test',
          detail: 'They are connected to when a program runs',
          test: false,
        },
      ];
      return pickOne(
        place,
        'Machines that cannot be used are named before anything is saved',
        items,
        ({ test }) => {
          plan.test = test;
        },
      );
    },
  ];
}

/** The machines to save: all that can be used, and on request the others. */
async function tested(
  lockstep: Lockstep,
  folder: vscode.WorkspaceFolder,
  { cluster: name, nodesEach }: LabPlan,
  hosts: SshHost[],
): Promise<SshHost[]> {
  for (;;) {
    const cluster: SshCluster = { type: 'ssh', nodes: hosts.length * nodesEach, hosts };
    const problems = await checkLabMachines(lockstep, folder, name, cluster);
    if (!problems) return [];
    if (problems.length === 0) return hosts;
    const good = hosts.filter((_, index) => !problems.some((problem) => problem.index === index));
    const actions = [
      'Test Again',
      'Save All',
      ...(good.length > 0 ? [`Save Without ${problems.length === 1 ? 'It' : 'Them'}`] : []),
    ];
    const message = `${problems.length} of ${hosts.length} machines cannot be used.`;
    const detail = problems.map(({ message: text }) => text).join('\n\n');
    const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...actions);
    if (answer === undefined) return [];
    if (answer === 'Save All') return hosts;
    if (answer !== 'Test Again') return good;
  }
}

async function offerUse(
  { choice }: Lockstep,
  name: string,
  machines: number,
  uri: vscode.Uri,
): Promise<void> {
  const use = 'Use It Now';
  const open = 'Open lockstep.json';
  const text = `The cluster ${name} has ${machines === 1 ? 'a new machine' : `${machines} new machines`}.`;
  const answer = await vscode.window.showInformationMessage(text, use, open);
  if (answer === use) await choice.choose(name);
  if (answer === open) await vscode.window.showTextDocument(uri);
}

const addressOf = ({ user, host, port }: SshHost): string =>
  `${user === undefined ? '' : `${user}@`}${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;

function problemOfHosts(text: string): string | undefined {
  try {
    loadRuntime().parseHosts(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const problemOfCount = (text: string): string | undefined =>
  /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= mostNodesEach
    ? undefined
    : `A whole number from 1 to ${mostNodesEach}; ${nodesOf(2)} on each is a good beginning.`;
