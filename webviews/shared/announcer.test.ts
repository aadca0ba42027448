import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcementIntervalMs, queueAnnouncements, silence, speak } from './announcer';

test('sentences come together, at most once an interval', () => {
  const first = speak(queueAnnouncements(silence, [['a', 'One.']]), 0);
  assert.equal(first.text, 'One.');
  const queued = queueAnnouncements(first.state, [
    ['a', 'Two.'],
    ['b', 'Three.'],
  ]);
  assert.equal(speak(queued, announcementIntervalMs - 1).text, undefined);
  assert.equal(speak(queued, announcementIntervalMs).text, 'Two. Three.');
});

test('a newer sentence about a subject replaces the older one', () => {
  const queued = queueAnnouncements(queueAnnouncements(silence, [['a', 'Old.']]), [['a', 'New.']]);
  assert.equal(speak(queued, 0).text, 'New.');
});

test('a flood is cut to the newest, and says so', () => {
  const many = Array.from({ length: 10 }, (_, index): [string, string] => [`n${index}`, `S${index}.`]);
  const { text, state } = speak(queueAnnouncements(silence, many), 0, 2);
  assert.equal(text, 'S8. S9. 8 more changes.');
  assert.equal(speak(state, 1e6).text, undefined);
});
