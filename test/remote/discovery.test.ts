/** Machines that find each other on a network: real agents, each in a network namespace, on one switch. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Drops, FoundMachine } from '../../runtime/protocol/discovery';
import { createLabToken } from '../../runtime/discovery';
import { root } from '../cluster/leakCheck';
import { commandOf, environmentOf, tcpListeners } from '../cluster/processes';
import { type LocalNetwork, type Machine, makeNetwork } from './namespaces';
import { eventually } from './commands';

interface Report {
  machines: FoundMachine[];
  drops: Drops;
  timeMs: number;
}

/** A command of lockstep on a machine, and the JSON lines that it prints. */
class Command {
  readonly lines: Record<string, unknown>[] = [];
  readonly pid: number;
  readonly ended: Promise<number | null>;
  private readonly child;
  private text = '';

  constructor(machine: Machine, args: string[]) {
    const [program = '', ...words] = [
      ...machine.run,
      process.execPath,
      join(root, 'dist', 'cli.js'),
      ...args,
    ];
    this.child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.pid = this.child.pid as number;
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (this.text + text).split('\n');
      this.text = parts.pop() ?? '';
      this.lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
    });
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  get newest(): Report | undefined {
    return this.lines.at(-1) as Report | undefined;
  }

  said(type: string): boolean {
    return this.lines.some((line) => line['type'] === type);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

const states = ({ newest }: Command): string =>
  newest?.machines.map(({ name, state }) => `${name} ${state}`).join(', ') ?? 'nothing';

describe('machines on one network', () => {
  let network: LocalNetwork;
  let folder: string;
  let token: string;
  const commands: Command[] = [];

  const start = (index: number, args: string[]): Command => {
    const command = new Command(network.machines[index] as Machine, args);
    commands.push(command);
    return command;
  };
  const startAgent = (index: number, name: string, ...args: string[]) =>
    start(index, ['agent', '--json', '--token-file', token, '--name', name, ...args]);
  const startBrowser = (file = token, ...args: string[]) =>
    start(2, ['nodes', '--json', '--token-file', file, ...args]);

  before(() => {
    network = makeNetwork(4);
    folder = mkdtempSync(join(tmpdir(), 'lockstep-lab-'));
    token = join(folder, 'lab-token');
    createLabToken(token);
  });
  after(() => {
    network.end();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    for (const command of commands) command.kill('SIGKILL');
    await Promise.all(commands.splice(0).map(({ ended }) => ended));
  });

  test('two agents are found with their labels and resources; a silent one is noticed, a farewell at once', async (context) => {
    const browser = startBrowser(token, '--watch');
    const agents = [
      startAgent(0, 'lab-1', '--label', 'room=101'),
      startAgent(1, 'lab-2', '--label', 'room=102'),
    ];
    await eventually('both are found', () => states(browser) === 'lab-1 present, lab-2 present');
    await eventually('both have said so', () => agents.every((agent) => agent.said('announcing')));
    const announcedMs = Math.max(...agents.map(({ lines }) => Number(lines[0]?.['timeMs'])));
    context.diagnostic(
      `found ${(browser.newest?.timeMs ?? 0) - announcedMs} ms after both announced themselves`,
    );

    const [first] = browser.newest?.machines ?? [];
    assert.equal(first?.host, network.machines[0]?.address);
    assert.deepEqual(first?.labels, { room: '101' });
    assert.equal(first?.resources.nodeVersion, process.versions.node);
    assert.ok(first && first.resources.cores >= 1 && first.resources.memoryMiB > 0);

    const late = startBrowser(token, '--label', 'room=102');
    assert.equal(await late.ended, 0);
    assert.equal(states(late), 'lab-2 present', 'who comes later asks, and hears at once');

    const [one, two] = agents as [Command, Command];
    let changedMs = Date.now();
    two.kill('SIGTERM');
    assert.equal(await two.ended, 0);
    await eventually('the farewell is heard', () => states(browser) === 'lab-1 present');
    context.diagnostic(`left ${(browser.newest?.timeMs ?? 0) - changedMs} ms after SIGTERM`);

    changedMs = Date.now();
    one.kill('SIGKILL');
    await eventually('silence is noticed', () => states(browser) === 'lab-1 suspect', 30_000);
    context.diagnostic(`suspect ${(browser.newest?.timeMs ?? 0) - changedMs} ms after kill -9`);
    await eventually('it is gone', () => states(browser) === '', 30_000);
    context.diagnostic(`gone ${(browser.newest?.timeMs ?? 0) - changedMs} ms after kill -9`);
  });

  test('a machine whose cable is out is suspect, and present again once it is back', async () => {
    const browser = startBrowser(token, '--watch');
    const agent = startAgent(0, 'lab-1');
    await eventually('it is found', () => states(browser) === 'lab-1 present');
    network.machines[0]?.setLink('down');
    await eventually('the agent says so', () => agent.said('networkChanged'));
    await eventually('it is suspect', () => states(browser) === 'lab-1 suspect', 30_000);
    network.machines[0]?.setLink('up');
    await eventually('it is back', () => states(browser) === 'lab-1 present', 30_000);
    assert.equal(agent.said('left'), false);
  });

  test('an agent that is started anew takes its own place', async () => {
    const browser = startBrowser(token, '--watch');
    const agent = startAgent(0, 'lab-1');
    await eventually('it is found', () => states(browser) === 'lab-1 present');
    const before = browser.newest?.machines[0]?.id;
    agent.kill('SIGKILL');
    startAgent(0, 'lab-1');
    await eventually('the new one is found', () => browser.newest?.machines[0]?.id !== before);
    assert.equal(states(browser), 'lab-1 present');
  });

  test('another token hears nothing, and says that there was something', async () => {
    startAgent(0, 'lab-1');
    const other = join(folder, 'other-token');
    createLabToken(other);
    const browser = startBrowser(other, '--wait', '4');
    await browser.ended;
    assert.deepEqual(browser.newest?.machines, []);
    assert.ok((browser.newest?.drops.unopened ?? 0) > 0);
  });

  test('1,000 replayed, forged and meaningless datagrams change nothing', async (context) => {
    const browser = startBrowser(token, '--watch');
    startAgent(0, 'lab-1', '--label', 'room=101');
    startAgent(1, 'lab-2');
    await eventually('both are found', () => states(browser) === 'lab-1 present, lab-2 present');
    const before = browser.newest?.machines.map(({ id, labels }) => ({ id, labels }));
    const reports = browser.lines.length;

    const attacker = network.machines[3] as Machine;
    const [program = '', ...words] = [
      ...attacker.run,
      process.execPath,
      join(root, 'test', 'remote', 'replayer.mjs'),
      ...['239.255.76.83', '24776', attacker.address, '1000'],
    ];
    const attack = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    assert.equal(await new Promise((resolve) => attack.once('close', resolve)), 0);

    assert.equal(browser.lines.length, reports, 'no machine came, went or changed its state');
    const now = startBrowser(token);
    await now.ended;
    assert.deepEqual(
      now.newest?.machines.map(({ id, labels }) => ({ id, labels })),
      before,
    );
    browser.kill('SIGINT');
    await browser.ended;
    const { drops } = browser.newest as Report;
    context.diagnostic(`dropped: ${JSON.stringify(drops)}`);
    assert.ok(drops.replayed > 0 && drops.unopened > 0 && drops.malformed > 0);
  });

  test('an agent opens no door: no TCP port, and no UDP socket that takes what is sent to it alone', async () => {
    const agent = startAgent(0, 'lab-1');
    await eventually('it announces itself', () => agent.said('announcing'));
    assert.deepEqual(tcpListeners([agent.pid]), []);
    const group = '534CFFEF';
    const sockets = readFileSync(`/proc/${agent.pid}/net/udp`, 'utf8').trim().split('\n').slice(1);
    assert.ok(sockets.length >= 2, 'one that hears and one that speaks');
    for (const line of sockets) {
      const [, local = '', remote = ''] = line.trim().split(/\s+/);
      assert.ok(local.startsWith(group) || remote.startsWith(group), `${local} ${remote}`);
    }
    const secret = readFileSync(token, 'utf8').trim();
    assert.ok(!commandOf(agent.pid).join(' ').includes(secret));
    assert.ok(!environmentOf(agent.pid).includes(secret));
    assert.ok(!JSON.stringify(agent.lines).includes(secret));
  });
});
