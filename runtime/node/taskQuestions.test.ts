import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { TaskQuestions } from './taskQuestions';

const page = { tasks: [], more: false };

/** Questions to a main thread that says nothing by itself, on a clock that stands until `passMs`. */
function silentThread(context: TestContext, isPaused = false) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { port1, port2 } = new MessageChannel();
  context.after(() => [port1, port2].forEach((port) => port.close()));
  const questions = new TaskQuestions(port1, () => isPaused);
  const ask = () => questions.ask({ type: 'list', offset: 0, limit: 10 });
  return { questions, ask, passMs: (ms: number) => context.mock.timers.tick(ms) };
}

describe('questions to a driver', () => {
  test('are given up where it does not come to them', async (context) => {
    const { questions, ask, passMs } = silentThread(context);
    const late = ask();
    passMs(2000);
    await assert.rejects(late, { code: 'driverSilent' });
    // Those that it has not come to count as open.
    for (let open = 1; open < 16; open += 1) ask().catch(() => undefined);
    await assert.rejects(ask(), { code: 'driverSilent' });
    questions.answered({ id: 1, answer: page });
    const next = ask();
    questions.answered({ id: 17, answer: page });
    assert.equal(await next, page);
    passMs(2000);
  });

  test('may take it long once it has come to them', async (context) => {
    const { questions, ask, passMs } = silentThread(context);
    const answer = ask();
    questions.answered({ id: 1, begun: true });
    passMs(60_000);
    questions.answered({ id: 1, answer: page });
    assert.equal(await answer, page);
  });

  test('are not put to one that stands in the debugger', (context) =>
    assert.rejects(silentThread(context, true).ask(), /debugger/));
});
