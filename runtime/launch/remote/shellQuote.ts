/** Commands for shells of other machines: no value of a user's can become a command there. */

const plain = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=-]*$/;

/** One word for a POSIX shell, whatever is in it. Throws a TypeError for a NUL, which no word can hold. */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new TypeError('A word of a command cannot contain a NUL character.');
  return plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The same line for any login shell (csh and fish read quotes and backslashes in their own ways): it starts a POSIX
 * shell with a word that has no character special to any of them.
 */
export function portableCommand(line: string): string {
  let text = '';
  for (const byte of Buffer.from(line)) {
    const char = String.fromCharCode(byte);
    text += /[A-Za-z0-9 _./:@+,=-]/.test(char) ? char : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  // In double quotes a backslash before a digit stands for itself: printf reads it.
  return `exec /bin/sh -c 'eval "$(printf "${text}")"'`;
}
