/**
 * `bench debug`: pausing all of eight nodes, some blocked, some busy, some idle, and stepping one of them, until the
 * stack is there. Beside it, processes of plain Node.js (all busy: an idle one does not stop), each
 * debugged over its own inspector.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programs } from './command';
import { DebugSession } from './debugSession';
import { PlainProcess } from './plainInspector';
import { makeRow, type Row } from './row';
import { median } from './statistics';

const nodes = 8;
const pauses = 25;
const stepsAPause = 4;
/** Between two pauses the nodes run, so that they are busy, blocked and idle again. */
const runMs = 100;

interface Times {
  pause: number[];
  step: number[];
}

/** Measures ours and theirs one after the other: eight busy processes at a time are enough for a machine. */
export async function benchDebug(): Promise<Row[]> {
  const ours = await measureSession();
  const theirs = await measurePlain();
  const row = (name: string, times: (measured: Times) => number[]) =>
    makeRow({
      bench: 'debug',
      case: name,
      unit: 'ms',
      better: 'lower',
      ours: median(times(ours)),
      peer: `${nodes} × node --inspect, plain CDP`,
      theirs: median(times(theirs)),
    });
  return [
    row(`pause all of ${nodes} nodes`, (measured) => measured.pause),
    row(`step one of ${nodes} nodes`, (measured) => measured.step),
  ];
}

async function measureSession(): Promise<Times> {
  const session = await DebugSession.launch(join(programs, 'mixed.ts'), nodes);
  try {
    await sleep(1500); // the busy nodes count as busy after a second
    return await measure(
      () => session.pauseAll(),
      () => session.step(session.threads[0] as number),
      () => session.continueAll(),
    );
  } finally {
    await session.stop();
  }
}

async function measurePlain(): Promise<Times> {
  const processes = await Promise.all(Array.from({ length: nodes }, () => PlainProcess.start()));
  try {
    return await measure(
      () => Promise.all(processes.map((each) => each.pause())),
      () => (processes[0] as PlainProcess).stepOver(),
      () => Promise.all(processes.map((each) => each.resume())),
    );
  } finally {
    for (const each of processes) each.stop();
  }
}

async function measure(
  pauseAll: () => Promise<unknown>,
  step: () => Promise<unknown>,
  resume: () => Promise<unknown>,
): Promise<Times> {
  const times: Times = { pause: [], step: [] };
  for (let i = 0; i < pauses; i++) {
    times.pause.push(await timeMs(pauseAll));
    for (let j = 0; j < stepsAPause; j++) times.step.push(await timeMs(step));
    await resume();
    await sleep(runMs);
  }
  return times;
}

async function timeMs(action: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await action();
  return performance.now() - startMs;
}
