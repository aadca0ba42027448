/** `lockstep agent`: announces this machine to the lab, until it is interrupted. */
import {
  Announcer,
  createLabToken,
  describeMachine,
  type Network,
  openNetwork,
  readLabKey,
} from '../discovery';
import { type AnnouncedMachine, discoveryTimes, formatLabels } from '../protocol/discovery';
import { parseAgentArguments } from './discoveryArguments';

/** Resolves with the exit code, once the machine has left. */
export async function agent(args: string[]): Promise<number> {
  const { newToken, profile, tokenFile, json, interface: wanted } = parseAgentArguments(args);
  const say = json ? sayJson : sayText;
  if (newToken) {
    createLabToken(tokenFile);
    say('tokenMade', { file: tokenFile });
    return 0;
  }
  const key = readLabKey(tokenFile);
  const network = await openNetwork(wanted);
  const describe = () => describeMachine(profile, network.places);
  const announcer = new Announcer(key, network, describe);
  say('announcing', { machine: describe(), interfaces: interfacesOf(network) });
  network.onPlacesChanged(() => say('networkChanged', { interfaces: interfacesOf(network) }));
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve).once('SIGHUP', resolve);
  });
  await announcer.leave();
  network.dispose();
  say('left', {});
  return 0;
}

/** What the agent says of itself, by its type. */
interface Statuses {
  tokenMade: { file: string };
  announcing: { machine: AnnouncedMachine; interfaces: string[] };
  networkChanged: { interfaces: string[] };
  left: Record<string, never>;
}

type Say = <T extends keyof Statuses>(type: T, status: Statuses[T]) => void;

const sayJson: Say = (type, status) => {
  process.stdout.write(`${JSON.stringify({ type, timeMs: Date.now(), ...status })}\n`);
};

const texts: { [T in keyof Statuses]: (status: Statuses[T]) => string } = {
  tokenMade: ({ file }) =>
    `The token of your lab is in ${file}. Copy that file to the same place on each machine of the lab (mode 0600), and to whoever may find them. Then run "lockstep agent" there.`,
  announcing: ({ machine: { name, labels, resources, ssh }, interfaces }) =>
    [
      `${name} announces itself to the lab on ${interfaces.join(', ')}, every ${discoveryTimes.announceMs / 1000} s.`,
      `  ${resources.cores} cores, ${(resources.memoryMiB / 1024).toFixed(1)} GiB, Node.js ${resources.nodeVersion}, ${resources.platform}`,
      `  labels: ${formatLabels(labels) || 'none (give some with --label room=101)'}`,
      `  reached over SSH, port ${ssh.port}${ssh.user ? ` as ${ssh.user}` : ''}; no other port is opened`,
      'Ctrl+C ends it.',
    ].join('\n'),
  networkChanged: ({ interfaces }) =>
    interfaces.length > 0
      ? `The network changed; now on ${interfaces.join(', ')}.`
      : 'The network is gone; waiting for it to come back.',
  left: () => 'Left.',
};

const sayText: Say = (type, status) => {
  process.stdout.write(`${texts[type](status)}\n`);
};

function interfacesOf({ places }: Network): string[] {
  return places.map(({ name, address }) => `${name} (${address})`);
}
