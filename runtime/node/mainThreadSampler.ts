/**
 * Sees what the main thread is doing, from the agent thread, without stopping it: a CPU profile of a moment, through an
 * inspector session of its own beside the debugger's. A thread that computes is seen at its line; one whose event loop is
 * idle says what the program awaits.
 */
import { Session, type Profiler, type Runtime } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';
import { debugHelpersSymbol } from '../protocol/debug';
import type { SourceLocation, Wait } from '../protocol/node';
import { busiestLine } from './busiestLine';
import { ProgramPlaces } from './programPlaces';

const intervalUs = 500;
const sampledMs = 50;
/** A main thread that sits in one long call of Node.js or the system answers nobody. */
const answerMs = 1500;

/** Where the program computes, or what it awaits; nothing of either where that cannot be seen. */
export async function sampleMainThread(
  bundle: string,
  wake: () => void,
): Promise<{ at?: SourceLocation; awaits?: Wait[] }> {
  const session = new Session();
  session.connectToMainThread();
  const ask = <T>(method: string, params: object = {}): Promise<T> => {
    const answer = new Promise<T>((resolve, reject) => {
      session.post(method, params, (error, result) => (error ? reject(error) : resolve(result as T)));
    });
    wake();
    return answer;
  };
  const late = new AbortController();
  try {
    return await Promise.race([look(bundle, ask), delay(answerMs, {}, { signal: late.signal })]);
  } catch {
    return {};
  } finally {
    late.abort();
    session.disconnect();
  }
}

async function look(bundle: string, ask: <T>(method: string, params?: object) => Promise<T>) {
  // It runs on top of what computes, whose line is so to be had; the profile passes over some loops that V8 has replaced
  // by faster code while they ran.
  const messages = `globalThis[Symbol.for('${debugHelpersSymbol}')].messages`;
  const expression = `({ awaits: ${messages}.awaited(), at: ${messages}.here() })`;
  const { result } = await ask<Runtime.EvaluateReturnType>('Runtime.evaluate', {
    expression,
    returnByValue: true,
    silent: true,
  });
  await ask('Profiler.enable');
  await ask('Profiler.setSamplingInterval', { interval: intervalUs });
  await ask('Profiler.start');
  await delay(sampledMs);
  const { profile } = await ask<Profiler.StopReturnType>('Profiler.stop');
  const line = busiestLine(profile, bundle);
  const { awaits, at } = result.value as { awaits: Wait[]; at?: SourceLocation };
  return { at: line === undefined ? at : new ProgramPlaces(bundle).ofLine(line), awaits };
}
