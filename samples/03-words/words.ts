/**
 * The words of Moby-Dick, counted by all nodes together.
 *
 *     node 0 cuts the book   →  scatter  →  every node counts its piece  →  reduce  →  node 0 has the sum
 *
 * Cost: one scatter of the text and one reduce of the counts; the counting in between needs no message.
 */
import { spmd } from 'lockstep';
import { countWords, cutText, mergeCounts, readText } from './text';

export default spmd(({ world, log }) => {
  const pieces = world.rank === 0 ? cutText(readText('data/moby-dick.txt'), world.size) : undefined;
  const piece = world.scatter(pieces);

  const counts = countWords(piece);
  log(`${counts.size} different words in my piece`);

  const total = world.reduce(counts, mergeCounts);

  if (total) {
    const byCount = [...total].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const long = byCount.filter(([word]) => word.length > 4);
    const show = (words: [string, number][]) => words.map(([word, n]) => `${word} ${n}`).join(', ');
    const words = byCount.reduce((sum, [, n]) => sum + n, 0);

    log(`${words} words, ${byCount.length} different ones`);
    log(`most frequent: ${show(byCount.slice(0, 10))}`);
    log(`of five letters or more: ${show(long.slice(0, 10))}`);
  }
});
