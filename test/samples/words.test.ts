import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkExpected, expectedLines, runProgram, sampleFolder } from './runSample';

const folder = sampleFolder('03-words');

/** Counts character by character: an apostrophe belongs to a word when letters stand on both sides of it. */
function countSerially(text: string): Map<string, number> {
  const isLetter = (character: string | undefined) =>
    character !== undefined && character.toLowerCase() !== character.toUpperCase();
  const isCaseless = (character: string | undefined) => character !== undefined && /\p{Lo}/u.test(character);
  const isWordPart = (character: string | undefined) => isLetter(character) || isCaseless(character);
  const counts = new Map<string, number>();
  const characters = [...text.toLowerCase()];
  let word = '';
  characters.forEach((character, i) => {
    const apostrophe = character === "'" || character === '’';
    if (isWordPart(character)) word += character;
    else if (apostrophe && word && isWordPart(characters[i + 1])) word += "'";
    else if (word) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      word = '';
    }
  });
  return word ? counts.set(word, (counts.get(word) ?? 0) + 1) : counts;
}

/** What is printed on `nodes` nodes. */
function expectation(nodes: number): string[][] {
  const text = readFileSync(join(folder, 'data', 'moby-dick.txt'), 'utf8');
  const cuts = Array.from({ length: nodes + 1 }, (_, i) => {
    const space = text.indexOf(' ', Math.floor((i * text.length) / nodes));
    return i === 0 ? 0 : space < 0 ? text.length : space;
  });
  const pieces = cuts.slice(1).map((end, i) => countSerially(text.slice(cuts[i], end)));
  const counts = countSerially(text);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const show = (words: [string, number][]) => words.map(([word, n]) => `${word} ${n}`).join(', ');
  const lines = pieces.map((piece) => [`${piece.size} different words in my piece`]);
  lines[0]!.push(
    `${sorted.reduce((sum, [, n]) => sum + n, 0)} words, ${counts.size} different ones`,
    `most frequent: ${show(sorted.slice(0, 10))}`,
    `of five letters or more: ${show(sorted.filter(([word]) => word.length >= 5).slice(0, 10))}`,
  );
  return lines;
}

for (const nodes of [1, 2, 4, 7, 16]) {
  test(`words: ${nodes} nodes count what one loop counts`, async () => {
    assert.deepEqual(await runProgram(join(folder, 'words.ts'), nodes), expectation(nodes));
  });
}

test('words: prints what its expected.txt says', async () => {
  assert.deepEqual(expectedLines('03-words'), expectation(4));
  await checkExpected('03-words', 'words.ts');
});
