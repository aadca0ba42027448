/**
 * What a screen reader is told: sentences wait in a queue and come out together at most once an interval, newest
 * last; a sentence about a subject replaces an older one about it, and at most `limit` are said at once.
 */
export interface Announcements {
  /** Sentences that wait, keyed by what they are about. */
  waiting: ReadonlyMap<string, string>;
  spokenAtMs: number;
}

export const silence: Announcements = { waiting: new Map(), spokenAtMs: -Infinity };

export const announcementIntervalMs = 1500;

/** Adds sentences; each is a pair of subject and sentence. */
export function queueAnnouncements(
  state: Announcements,
  sentences: readonly (readonly [subject: string, sentence: string])[],
): Announcements {
  if (sentences.length === 0) return state;
  const waiting = new Map(state.waiting);
  for (const [subject, sentence] of sentences) {
    waiting.delete(subject);
    waiting.set(subject, sentence);
  }
  return { ...state, waiting };
}

/** What is to be said now, if the interval has passed and something waits. */
export function speak(
  state: Announcements,
  nowMs: number,
  limit = 4,
): { state: Announcements; text?: string } {
  if (state.waiting.size === 0 || nowMs - state.spokenAtMs < announcementIntervalMs) return { state };
  const sentences = [...state.waiting.values()];
  const left = sentences.length - limit;
  const said = left > 0 ? [...sentences.slice(-limit), `${left} more changes.`] : sentences;
  return { state: { waiting: new Map(), spokenAtMs: nowMs }, text: said.join(' ') };
}
