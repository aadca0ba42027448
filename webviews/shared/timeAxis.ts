/** Times before the newest sample, as an axis and a reader say them. */

/** An age in seconds (negative) on an axis: `now`, `-30 s`, `-2 min`. */
export function axisAge(age: number): string {
  const seconds = Math.round(-age);
  if (seconds <= 0) return 'now';
  return seconds >= 120 && seconds % 30 === 0 ? `−${seconds / 60} min` : `−${seconds} s`;
}

/** An age in seconds (negative) in a sentence: `now`, `12 s ago`, `2 min 5 s ago`. */
export function spokenAge(age: number): string {
  const seconds = Math.round(-age * 10) / 10;
  if (seconds < 0.05) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds - minutes * 60);
  return rest === 0 ? `${minutes} min ago` : `${minutes} min ${rest} s ago`;
}
