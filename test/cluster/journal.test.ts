/**
 * A program of tasks whose coordinator, whose driver, or all of whose processes are killed at a random time goes on from its
 * journal: no finished task is lost, none that is in the journal runs again, the result is that of one loop.
 * LOCKSTEP_CELL_RUNS repeats each; LOCKSTEP_CELL names one of them.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { type Finished, lockstep, type RunningCommand, startLockstep } from './commandLine';
import { withoutLeaks } from './leakCheck';
import { processesWith } from './processes';
import { until } from './until';
import { programs } from './withCluster';

const cellRuns = Number(process.env['LOCKSTEP_CELL_RUNS'] ?? 1);
const only = process.env['LOCKSTEP_CELL'] ?? '';
const program = join(programs, 'journaled.ts');
/** 60 that work, 5 with a large result, 5 that add, and one that fails. */
const allTasks = 71;
/** Those that the driver counts as it goes. */
const counted = 65;
const goesOn = /Goes on from the journal in .*: (\d+) tasks? had ended/;

interface Told {
  ended: number;
  total: number;
  why: string;
  fromJournal: number;
}

interface Setting {
  /** All processes of the test's runs have it in their environment. */
  runtimeFolder: string;
  journal: string;
  args: (then: string) => string[];
  /** The tasks that have begun, under each coordinator. */
  begun: () => Set<string>[];
}

function oneLoop(): number {
  let total = 0;
  for (let value = 0; value < 60; value += 1) total += value * value + 1;
  for (let value = 0; value < 5; value += 1) total += value + value * value + 1;
  return total;
}

function inSetting(body: (setting: Setting) => Promise<void>): Promise<void> {
  return withoutLeaks(async (runtimeFolder) => {
    const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
    const [journal, runs] = [join(folder, 'journal'), join(folder, 'runs.txt')];
    const args = (then: string) => ['run', program, '--nodes', '4', '--journal', journal, '--', runs, then];
    const begun = () => {
      const lives = new Map<string, Set<string>>();
      for (const line of readFileSync(runs, 'utf8').trimEnd().split('\n')) {
        const [coordinator = '', ...what] = line.split(' ');
        lives.set(coordinator, (lives.get(coordinator) ?? new Set()).add(what.join(' ')));
      }
      return [...lives.values()];
    };
    try {
      await body({ runtimeFolder, journal, args, begun });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** Starts the program and waits until some of its tasks have ended; answers how many. */
async function begin({ args }: Setting): Promise<{ command: RunningCommand; seen: number }> {
  const command = startLockstep(args('wait'), tmpdir());
  const seen = 1 + Math.floor(Math.random() * counted);
  await command.printed(`[0] ended ${seen}\n`);
  return { command, seen };
}

/** The program has ended well, with each result once, and has run nothing that was in the journal. */
function check({ begun, journal }: Setting, { code, stdout, stderr }: Finished, seen: number): Told {
  assert.equal(code, 0, stdout + stderr);
  const told = JSON.parse(/\{.*\}/.exec(stdout)?.[0] ?? '{}') as Told;
  assert.deepEqual([told.ended, told.total], [counted, oneLoop()]);
  assert.match(told.why, /^Task fail #1 of journaled failed on node \d at .*: as it does$/);
  assert.equal(Number(goesOn.exec(stderr)?.[1]), told.fromJournal, stderr);
  assert.ok(told.fromJournal > seen, `${seen} were seen to end, ${told.fromJournal} were in the journal`);
  const [, again] = begun();
  assert.equal(again?.size ?? 0, allTasks - told.fromJournal);
  assert.ok(!existsSync(journal), 'the journal of a program that has ended well is removed');
  return told;
}

const running = ({ runtimeFolder }: Setting) => processesWith(runtimeFolder);
const ownerOf = ({ journal }: Setting): number =>
  (JSON.parse(readFileSync(join(journal, 'journal.owner'), 'utf8')) as { pid: number }).pid;

function coordinatorOf(setting: Setting): number {
  const found = running(setting).find(({ command }) => command.includes('coordinator.js'));
  return found?.pid ?? assert.fail('there is no coordinator');
}

const cells: Record<string, (setting: Setting) => Promise<Told>> = {
  async 'the coordinator'(setting) {
    const { command, seen } = await begin(setting);
    process.kill(coordinatorOf(setting), 'SIGKILL');
    const finished = await command.finished;
    assert.match(finished.stderr, /coordinator is gone.*\n.*is started again \(1 of at most 3 times\)/);
    return check(setting, finished, seen);
  },

  async 'the driver’s node'(setting) {
    const { command, seen } = await begin(setting);
    process.kill(ownerOf(setting), 'SIGKILL');
    const finished = await command.finished;
    assert.match(finished.stderr, /Node 0 was lost.*\n.*is started again \(1 of at most 3 times\)/);
    return check(setting, finished, seen);
  },

  async everything(setting) {
    const { command, seen } = await begin(setting);
    const pids = running(setting).map(({ pid }) => pid);
    for (const pid of pids.sort(() => Math.random() - 0.5)) process.kill(pid, 'SIGKILL');
    assert.equal((await command.finished).signal, 'SIGKILL');
    await until('all have ended', () => running(setting).length === 0);
    return check(setting, await lockstep(setting.args('wait'), tmpdir()), seen);
  },
};

async function repeat(context: TestContext, name: string): Promise<void> {
  const taken: number[] = [];
  for (let run = 0; run < cellRuns; run += 1) {
    await inSetting(async (setting) => {
      const { fromJournal } = await (cells[name] as (setting: Setting) => Promise<Told>)(setting);
      taken.push(fromJournal);
    });
  }
  const range = `${Math.min(...taken)} to ${Math.max(...taken)}`;
  const line = `kill -9 ${name}, with a journal: ${cellRuns} runs, 0 finished tasks lost, 0 run again; ${range} of ${allTasks} from the journal`;
  if (cellRuns > 1) process.stdout.write(`${line}\n`);
  else context.diagnostic(line);
}

describe('a program of tasks goes on from its journal after a kill -9 of', () => {
  for (const name of Object.keys(cells).filter((each) => each.includes(only))) {
    test(name, (context) => repeat(context, name));
  }
});

describe('a journal', () => {
  test('of a program that has failed keeps results, not failures; the command that goes on is told', () =>
    inSetting(async (setting) => {
      const first = await lockstep(setting.args('throw'), tmpdir());
      assert.equal(first.code, 1, first.stderr);
      assert.match(
        first.stderr,
        /To go on from there: lockstep run .*journaled\.ts .* throw\n.*\n?lockstep: .*the driver gives up/s,
      );
      const second = await lockstep(setting.args('throw'), tmpdir());
      const { fromJournal } = check(setting, second, 20);
      assert.ok(setting.begun()[1]?.has('fail'));
      assert.ok(fromJournal < allTasks);
    }));

  test('is for programs of tasks, and for one of them at a time', () =>
    inSetting(async (setting) => {
      const hello = join(programs, 'conformance.ts');
      const wrong = await lockstep(['run', hello, '--journal', setting.journal], tmpdir());
      assert.equal(wrong.code, 2, wrong.stderr);
      assert.match(wrong.stderr, /is no program of tasks: only a driver/);
      const { command } = await begin(setting);
      const other = await lockstep(setting.args('wait'), tmpdir());
      assert.equal(other.code, 2, other.stderr);
      assert.match(other.stderr, /is in use by process \d+ on/);
      command.child.kill('SIGINT');
      await command.finished;
    }));
});
