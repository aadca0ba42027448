/** Shows what a test has measured, beside its result. */
export function measured(text: string): void {
  process.stdout.write(`  ${text}\n`);
}
