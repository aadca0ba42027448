/**
 * A program of tasks on two machines reached over SSH goes on from its journal, which lies on the machine of node 0: after its
 * coordinator was killed, after the link of that machine stayed away, and not on another machine, which has none.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Finished, type RunningCommand, startLockstep } from '../cluster/commandLine';
import { withoutLeaks } from '../cluster/leakCheck';
import { processesWith } from '../cluster/processes';
import { programs } from '../cluster/withCluster';
import { startSshd } from './sshd';
import { startTwoMachines, type TwoMachines } from './twoMachines';

const program = join(programs, 'journaled.ts');
/** Tasks that the driver counts as it goes. */
const counted = 65;

interface Setting {
  machines: TwoMachines;
  runtimeFolder: string;
  /** Where the journal lies on the machines. */
  journal: string;
  run(): RunningCommand;
  /** The machines of the cluster from now on, in this order. */
  place(...hosts: string[]): void;
  /** Starts the second machine again. */
  revive(): Promise<void>;
  /** What is kept here of journals on other machines. */
  kept(): string[];
}

/** The beginning of a command to which a folder is another one's content, as if it were on a disk of its own. */
const withDisk = (content: string, folder: string): string[] => [
  ...['unshare', '--mount', 'sh', '-c'],
  `mount --bind '${content}' '${folder}' && exec "$@"`,
  'sh',
];

function inSetting(body: (setting: Setting) => Promise<void>): Promise<void> {
  return withoutLeaks(async (runtimeFolder) => {
    const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
    const path = (name: string): string => join(folder, name);
    for (const name of ['disk', 'content']) mkdirSync(path(name), { mode: 0o700 });
    const wrap = withDisk(path('content'), path('disk'));
    const machines = await startTwoMachines({ wrap });
    let { second } = machines;
    const [journal, records] = [join(path('disk'), 'journal'), join(path('state'), 'lockstep', 'journals')];
    const place = (...hosts: string[]): void => {
      const lab = {
        ...machines.cluster,
        nodes: 4,
        hosts: hosts.map((host) => ({ host, nodes: 4 / hosts.length })),
      };
      writeFileSync(path('lockstep.json'), JSON.stringify({ clusters: { lab } }));
    };
    place('lab2', 'lab');
    const args = ['run', program, '--cluster', 'lab', '--journal', journal, '--', path('runs.txt'), 'wait'];
    try {
      await body({
        ...{ machines, runtimeFolder, journal, place },
        run: () => startLockstep(args, folder, { XDG_STATE_HOME: path('state') }),
        revive: async () => {
          second = await startSshd({ wrap, directory: second.directory, port: second.port });
        },
        kept: () => (existsSync(records) ? readdirSync(records) : []),
      });
    } finally {
      await second.stop();
      await machines.stop();
      rmSync(folder, { recursive: true });
    }
  });
}

/** Starts the program and waits until some of its tasks have ended; answers how many. */
async function begin({ run }: Setting): Promise<{ command: RunningCommand; seen: number }> {
  const command = run();
  const seen = 1 + Math.floor(Math.random() * counted);
  await command.printed(`[0] ended ${seen}\n`);
  return { command, seen };
}

/** The program has ended well, each result is there once, and all that was seen to end came from the journal. */
function check({ journal, kept }: Setting, { code, stdout, stderr }: Finished, seen: number): void {
  assert.equal(code, 0, stdout + stderr);
  assert.ok(stderr.includes(`The journal is in ${journal} on lab2`), stderr);
  const told = JSON.parse(/\{.*\}/.exec(stdout)?.[0] ?? '{}') as { ended: number; fromJournal: number };
  assert.equal(told.ended, counted);
  const [, known = ''] = /Goes on from the journal in .*: (\d+) tasks? had ended/.exec(stderr) ?? [];
  assert.equal(Number(known), told.fromJournal, stderr);
  assert.ok(told.fromJournal > seen, `${seen} were seen to end, ${told.fromJournal} were in the journal`);
  assert.deepEqual(kept(), []);
}

describe('a journal on another machine', () => {
  test('is gone on from after a kill -9 of the coordinator', () =>
    inSetting(async (setting) => {
      const { command, seen } = await begin(setting);
      assert.equal(setting.kept().length, 1);
      assert.ok(!existsSync(setting.journal));
      const found = processesWith(setting.runtimeFolder).find((each) =>
        each.command.includes('coordinator.js'),
      );
      process.kill(found?.pid ?? assert.fail('there is no coordinator'), 'SIGKILL');
      const finished = await command.finished;
      assert.match(finished.stderr, /coordinator is gone.*\n.*is started again \(1 of at most 3 times\)/);
      check(setting, finished, seen);
    }));

  test('is gone on from once its machine is back; another machine does not begin anew', () =>
    inSetting(async (setting) => {
      const { command, seen } = await begin(setting);
      await setting.machines.second.stop(true);
      const lost = await command.finished;
      assert.equal(lost.code, 3, lost.stderr);
      assert.match(lost.stderr, /lab2: it could not be reached again within[^]*is started again \(1 of/);
      assert.match(lost.stderr, /To go on from there: lockstep run /);
      setting.place('lab');
      const elsewhere = await setting.run().finished;
      assert.equal(elsewhere.code, 2, elsewhere.stderr);
      assert.match(
        elsewhere.stderr,
        /of an earlier run lies on lab2; node 0 is on lab now, and there is none/,
      );
      setting.place('lab2', 'lab');
      await setting.revive();
      check(setting, await setting.run().finished, seen);
    }));
});
