/** Words that want to be commands: each would make a file, a canary, if a shell ever read it. */
import fc from 'fast-check';

/** So many different words, the same each time; `canary` is the name or path of the file that they would make. */
export function hostileWords(count: number, canary: string): string[] {
  const commands = [
    `$(touch ${canary})`,
    `\`touch ${canary}\``,
    `;touch ${canary};`,
    `&&touch ${canary}`,
  ].concat(
    [`|touch ${canary}`, `>${canary}`, `\ntouch ${canary}\n`, `'\\''$(touch ${canary})'`, `$\{IFS}`, `!!`],
    [
      `";touch ${canary};"`,
      `');touch ${canary};('`,
      `-oProxyCommand=touch ${canary}`,
      `%s\\047`,
      `\\$(touch ${canary})`,
    ],
  );
  const marks = [...'\'"`$\\;&|<>(){}!*?[]~#%^=-@: \t\r\n', '\x1b', '\x7f', 'é', '漢', '🙂', '--', '..'];
  const piece = fc.oneof(
    fc.constantFrom(...commands),
    fc.constantFrom(...marks),
    fc.string({ unit: 'grapheme', maxLength: 3 }).map((text) => text.replaceAll('\0', '')),
  );
  const word = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
  const words = new Set(
    fc.sample(word, { numRuns: 3 * count, seed: 20261123 }).filter((text) => text !== ''),
  );
  return [...words].slice(0, count);
}

/** The words of them that can name a file, each once. */
export const asFileNames = (words: readonly string[]): string[] => [
  ...new Set(words.map((word) => word.replaceAll('/', '')).filter((name) => !/^\.{0,2}$/.test(name))),
];
