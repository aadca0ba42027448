import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeAttachedMethod } from '../../runtime/protocol/debug';
import { startLockstep } from '../cluster/commandLine';
import { root, withoutLeaks } from '../cluster/leakCheck';
import { commandOf, environmentOf, processesWith, tcpListeners } from '../cluster/processes';
import { programOf, withCluster } from '../cluster/withCluster';
import { jobSecret, runSecret } from './intruder';

const turns = `log('turns'); for (;;) { world.barrier(); const end = Date.now() + 50; while (Date.now() < end); }`;

/** The secrets of a run, in every form that text could hold them. */
function secretsOf(runDirectory: string): string[] {
  const run = runSecret(runDirectory);
  return [run, jobSecret(run, 1)].flatMap((secret) => [
    secret.toString('hex'),
    secret.toString('hex').toUpperCase(),
    secret.toString('base64'),
    secret.toString('base64url'),
  ]);
}

function assertKeeps(secrets: string[], what: string, text: string): void {
  assert.ok(text.length > 0, `there is no ${what}`);
  for (const secret of secrets) assert.ok(!text.includes(secret), `${what} holds a secret`);
}

/** The only run directory in a folder, once it is there. */
async function runDirectoryIn(folder: string): Promise<string> {
  for (;;) {
    const name = readdirSync(folder).find((entry) => entry.startsWith('lockstep-'));
    if (name && readdirSync(join(folder, name)).includes('coordinator.json')) return join(folder, name);
    await delay(20);
  }
}

describe('the secrets of a run', () => {
  test('stand in no argument list, no environment, no event and no debug traffic', () =>
    withCluster(async ({ start, info, client, recording, runtimeFolder }) => {
      const job = await start(turns, 2);
      await Promise.all([job.line('turns', 0), job.line('turns', 1)]);
      const cdp: unknown[] = [];
      client.onCdp((message) => cdp.push(message));
      await client.request('attachDebugger', { job: job.id });
      await recording.until('the debugger', () =>
        cdp.some((message) => JSON.stringify(message).includes(nodeAttachedMethod)) ? true : undefined,
      );
      client.sendCdp(job.id, 0, { id: 1, method: 'Debugger.enable', params: {} });
      client.sendCdp(job.id, 0, { id: 2, method: 'Debugger.pause', params: {} });
      await job.state(0, 'paused');
      const secrets = secretsOf(info.runDirectory);
      const processes = processesWith(runtimeFolder);
      assert.ok(processes.length >= 3);
      for (const { pid } of processes) {
        assertKeeps(secrets, 'command line', commandOf(pid).join(' '));
        assertKeeps(secrets, 'environment', environmentOf(pid));
      }
      assertKeeps(secrets, 'events', JSON.stringify(recording.events));
      assertKeeps(secrets, 'debug traffic', JSON.stringify(cdp));
      assertKeeps(secrets, 'answers', JSON.stringify([info, await client.request('jobs', {})]));
      await client.request('detachDebugger', { job: job.id });
      await job.stop();
    }));

  test('stand in nothing that lockstep run prints, nor in what a program is given', () =>
    withoutLeaks(async (runtimeFolder) => {
      const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
      try {
        const nosy = `console.log(JSON.stringify([process.env, process.argv, process.execArgv])); ${turns}`;
        writeFileSync(join(folder, 'p.ts'), programOf(nosy));
        const command = startLockstep(['run', 'p.ts', '--nodes', '2', '--json'], folder);
        await command.printed('turns');
        const secrets = secretsOf(await runDirectoryIn(runtimeFolder));
        command.child.kill('SIGINT');
        const { stdout, stderr } = await command.finished;
        assertKeeps(secrets, 'output', stdout + stderr);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }));

  test('stand in nothing that a debug adapter says, and it listens on no port', () =>
    withoutLeaks(async (runtimeFolder) => {
      const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
      try {
        const program = join(folder, 'p.ts');
        writeFileSync(program, programOf(turns));
        const adapter = spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'dap'], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        const exited = new Promise((resolve) => adapter.once('exit', resolve));
        let said = '';
        adapter.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
        let sequence = 0;
        const ask = (command: string, args: object) => {
          const body = JSON.stringify({ seq: (sequence += 1), type: 'request', command, arguments: args });
          adapter.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
        };
        const heard = async (text: string) => {
          for (let tries = 0; !said.includes(text); tries += 1) {
            assert.ok(tries < 400, `waited for ${text}:\n${said}`);
            await delay(50);
          }
        };
        ask('initialize', {
          clientID: 'test',
          adapterID: 'lockstep',
          linesStartAt1: true,
          columnsStartAt1: true,
        });
        await heard('"command":"initialize"');
        ask('launch', { type: 'lockstep', request: 'launch', name: 'p', program, nodes: 2 });
        await heard('"event":"initialized"');
        ask('configurationDone', {});
        await heard('turns');
        ask('threads', {});
        await heard('"command":"threads"');
        const secrets = secretsOf(await runDirectoryIn(runtimeFolder));
        assert.deepEqual(tcpListeners(processesWith(runtimeFolder).map(({ pid }) => pid)), []);
        ask('disconnect', { terminateDebuggee: true });
        await heard('"command":"disconnect"');
        adapter.stdin.end();
        await exited;
        assertKeeps(secrets, 'debug adapter’s traffic', said);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }));
});
