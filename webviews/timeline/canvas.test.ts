import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cutTo } from './canvas';

it('words are cut to what fits, and left out where that says nothing', () => {
  const cut = (text: string, letters: number) => cutTo(text, (part) => part.length <= letters);
  assert.equal(cut('allreduce', 9), 'allreduce');
  assert.equal(cut('allreduce', 8), 'allredu…');
  assert.equal(cut('allreduce', 4), 'all…');
  assert.equal(cut('allreduce', 3), '');
  assert.equal(cut('recv', 0), '');
});
