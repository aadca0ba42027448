import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { cleared, root } from '../cluster/leakCheck';
import { processesWith, tcpListeners } from '../cluster/processes';
import { attach, DapSession, lineOf, program, withSession } from './dapSession';

const ring = program('ring.ts');
const waits = program('waits.ts');
const counted = lineOf(ring, 'rounds += 1');

/** A job that runs in a terminal. */
function runInTerminal(
  path: string,
  nodes: number,
): { ended: Promise<{ code: number | null; output: string }> } {
  const cli = join(root, 'dist', 'cli.js');
  const child = spawn(process.execPath, [cli, 'run', path, '--nodes', String(nodes)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { ended: new Promise((resolve) => child.on('exit', (code) => resolve({ code, output }))) };
}

describe('the life of a session', () => {
  test('a restart runs the program anew in the same session, with its breakpoints', () =>
    withSession(async (session) => {
      const stops = session.stopped(1, 2);
      const breakpoints = { [ring]: [{ line: counted, condition: 'round === 0' }] };
      const set = await session.launch({ program: ring, nodes: 2, breakpoints });
      await stops;
      const again = session.stopped(1, 2);
      await session.request('restart', {});
      for (const { hitBreakpointIds } of await again) assert.deepEqual(hitBreakpointIds, [set[0]?.id]);
      const jobs = session.events.filter(({ event }) => event === 'lockstep/jobStarted');
      assert.deepEqual(
        jobs.map(({ body }) => (body['job'] as { id: string }).id),
        ['job-1', 'job-2'],
      );
      assert.equal(session.events.filter(({ event }) => event === 'terminated').length, 0);
      await session.request('lockstep/continueAll', {});
      assert.match(await session.ended(), /total 10/);
      session.transcript.matches('restart');
    }));

  test('terminating one thread kills that node, and the job ends with its name', () =>
    withSession(async (session) => {
      await session.launch({ program: waits, nodes: 2 });
      await session.threadsThat((names) => names.length === 2);
      await session.request('terminateThreads', { threadIds: [1] });
      await session.ended();
      assert.match(session.output('stderr'), /Node 0 was lost/);
      const exited = session.events.filter(({ event }) => event === 'exited');
      assert.deepEqual(
        exited.map(({ body }) => body),
        [{ exitCode: 1 }],
      );
    }));

  test('terminate stops the job, also while nodes are paused', () =>
    withSession(async (session) => {
      const stops = session.stopped(1, 2);
      await session.launch({ program: ring, nodes: 2, breakpoints: { [ring]: [{ line: counted }] } });
      await stops;
      const ended = session.ended();
      await session.request('terminate', {});
      assert.match(await ended, /The job was stopped/);
    }));

  test('a client that hangs up, and an adapter that is killed, leave nothing behind', () =>
    withSession(async (session) => {
      await session.launch({ program: waits, nodes: 2 });
      await session.hangUp();
      const folder = process.env['XDG_RUNTIME_DIR'] ?? '';
      await cleared(folder);
      const killed = new DapSession();
      const stops = killed.stopped(1, 2);
      await killed.launch({ program: ring, nodes: 2, breakpoints: { [ring]: [{ line: counted }] } });
      await stops;
      killed.kill();
      await cleared(folder);
    }));

  test('nothing of a debug session listens for TCP', () =>
    withSession(async (session) => {
      const stops = session.stopped(1, 2);
      await session.launch({ program: ring, nodes: 2, breakpoints: { [ring]: [{ line: counted }] } });
      await stops;
      const own = processesWith(process.env['XDG_RUNTIME_DIR'] ?? '');
      assert.ok(own.length >= 4, 'the adapter, the coordinator and two nodes');
      assert.deepEqual(tcpListeners(own.map(({ pid }) => pid)), []);
    }));

  test('without debugging, the program runs with its output and its end', () =>
    withSession(async (session) => {
      const breakpoints = { [ring]: [{ line: counted }] };
      await session.launch({ program: ring, nodes: 2, noDebug: true, breakpoints });
      assert.match(await session.ended(), /\[1\] from 1/);
      assert.equal(session.events.filter(({ event }) => event === 'stopped').length, 0);
    }));

  test('attaching to a job in a terminal, looking, and leaving it running', () =>
    withSession(async (session) => {
      const job = runInTerminal(waits, 2);
      await attach(session, 2);
      await session.named(/node 0 · blocked/);
      const stop = session.stopped(1);
      await session.request('pause', { threadId: 1 });
      const [{ description } = {}] = await stop;
      assert.equal(description, 'Paused in recv(source 1, tag 7)');
      assert.equal(await session.lineAt(1), lineOf(waits, 'world.recv<string>(1, 7)'));
      const other = session.stopped(2);
      const line = lineOf(waits, 'while (!state.go) turns');
      await session.setBreakpoints(waits, [{ line }]);
      await other;
      const { id } = await session.top(2);
      await session.evaluate('state.go = true', id);
      // Both stand; leaving lets them go on.
      await session.disconnect();
      const { code, output } = await job.ended;
      assert.equal(code, 0, output);
      assert.match(output, /a greeting after true/);
    }));

  test('attaching and ending the job', () =>
    withSession(async (session) => {
      const job = runInTerminal(waits, 2);
      await attach(session, 2);
      await session.disconnect({ terminateDebuggee: true });
      assert.equal((await job.ended).code, 1);
    }));

  test('a job that cannot be started says why, in words for the user', () =>
    withSession(async (session) => {
      await session.initialize();
      const launch = (settings: object) => session.request('launch', { program: ring, ...settings });
      await assert.rejects(launch({ program: program('nowhere.ts') }), /There is no file .*nowhere\.ts/);
      await assert.rejects(launch({ cluster: 'moon' }), /There is no cluster "moon"/);
      await assert.rejects(launch({ nodes: 'four' }), /"launch" is malformed: nodes: /);
      await assert.rejects(session.request('attach', { job: 'job-77' }), /No job is running .* job-77/);
      // The session can still be used.
      const initialized = session.next('initialized');
      const launched = launch({ nodes: 1 });
      await initialized;
      await session.request('configurationDone');
      await launched;
      await session.ended();
    }));

  test('every request gets exactly one answer: unknown, malformed and untimely ones an error', () =>
    withSession(async (session) => {
      await session.initialize();
      const refused: [string, object | undefined, RegExp][] = [
        ['fly', {}, /There is no request "fly"/],
        ['constructor', {}, /There is no request "constructor"/],
        ['threads', undefined, /^$/],
        ['continue', {}, /"continue" is malformed: threadId/],
        ['continue', { threadId: 'one' }, /"continue" is malformed: threadId/],
        ['variables', { variablesReference: 1, start: -1 }, /"variables" is malformed: start/],
        ['variables', { variablesReference: 1 }, /"variables" needs a program that is being debugged/],
        ['setBreakpoints', undefined, /"setBreakpoints" is malformed/],
        ['setBreakpoints', { source: { path: ring }, breakpoints: 3 }, /malformed: breakpoints/],
        ['stackTrace', { threadId: 1 }, /needs a program that is being debugged/],
        ['restart', {}, /needs a program that is being debugged/],
        ['lockstep/step', { threadId: 1, kind: 'jump', scope: 'node' }, /malformed: kind/],
      ];
      for (const [command, input, message] of refused) {
        const answer = session.request(command, input);
        if (command === 'threads') await answer;
        else await assert.rejects(answer, message, command);
      }
      const stop = session.stopped(1);
      await session.launch({ program: ring, nodes: 1, breakpoints: { [ring]: [{ line: counted }] } });
      await stop;
      await assert.rejects(session.request('pause', { threadId: 9 }), /No node belongs to thread 9/);
      await assert.rejects(session.request('scopes', { frameId: 999 }), /Stack frame 999/);
      await assert.rejects(session.variables(999), /Variable 999/);
      await assert.rejects(session.request('source', { sourceReference: 9 }), /not to be had/);
      await assert.rejects(session.request('exceptionInfo', { threadId: 1 }), /./);
      // A stopped node that is paused, a running one that is continued: nothing is left to do.
      await session.request('pause', { threadId: 1 });
      await session.setBreakpoints(ring, []);
      await session.request('continue', { threadId: 1 });
      await session.request('continue', { threadId: 1 }).catch((error: Error) => {
        assert.match(error.message, /needs a program|No node belongs/);
      });
      await session.ended();
    }));

  test('the focus can be moved to a stopped node', () =>
    withSession(async (session) => {
      const stops = session.stopped(1, 2);
      await session.launch({ program: ring, nodes: 2, breakpoints: { [ring]: [{ line: counted }] } });
      await stops;
      const focus = session.stopped(2);
      assert.deepEqual(await session.request('lockstep/focusThread', { threadId: 2 }), { stopped: true });
      const [body] = await focus;
      assert.equal(body?.preserveFocusHint, false);
      await session.setBreakpoints(ring, []);
      await session.request('continue', { threadId: 2 });
      assert.deepEqual(await session.request('lockstep/focusThread', { threadId: 2 }), { stopped: false });
    }));

  test('a coordinator that is lost ends the session with a clear line', () =>
    withSession(async (session) => {
      await session.launch({ program: waits, nodes: 2 });
      await session.named(/^node/);
      const coordinator = processesWith(process.env['XDG_RUNTIME_DIR'] ?? '').find(({ command }) =>
        command.includes('coordinator.js'),
      );
      assert.ok(coordinator);
      process.kill(coordinator.pid, 'SIGKILL');
      await session.ended();
      assert.match(session.output('stderr'), /The cluster's coordinator is gone: .*Start the program again/);
    }));

  test('capabilities are told', () =>
    withSession(async (session) => {
      const capabilities: DebugProtocol.Capabilities = await session.initialize();
      assert.deepEqual(
        capabilities.breakpointModes?.map(({ label }) => label),
        ['Stop this node', 'Stop all nodes', 'Barrier: hold until all arrive'],
      );
      assert.ok(capabilities.supportsTerminateThreadsRequest);
      assert.ok(!capabilities.supportsDataBreakpoints);
    }));
});
