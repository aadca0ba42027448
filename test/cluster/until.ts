import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 60_000;

/** Waits for a condition that another process brings about, and answers what it gave. */
export async function until<T>(
  what: string,
  holds: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const start = Date.now();
  for (;;) {
    const value = await holds();
    if (value !== undefined && value !== false) return value;
    assert.ok(Date.now() - start < patienceMs, `waited ${patienceMs} ms until ${what}`);
    await delay(20);
  }
}
