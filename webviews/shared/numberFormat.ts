/** Numbers as people read them, in few characters and always with their unit. */

const decimalSteps = ['', 'k', 'M', 'G', 'T', 'P'];
const byteSteps = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Three significant figures at most, no trailing zeros: 0, 0.5, 12, 1.25, 100. */
function threeFigures(value: number): string {
  if (value >= 99.5) return String(Math.round(value));
  if (value >= 9.95) return trim(value.toFixed(1));
  return trim(value.toFixed(2));
}

const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

function scaled(value: number, steps: string[]): { figure: string; step: string } {
  let size = Math.abs(value);
  let index = 0;
  while (size >= 999.5 && index < steps.length - 1) {
    size /= 1000;
    index += 1;
  }
  return { figure: (value < 0 ? '−' : '') + threeFigures(size), step: steps[index] ?? '' };
}

/** A count: `0`, `950`, `1.2k`, `34M`. */
export function formatCount(count: number): string {
  const { figure, step } = scaled(count, decimalSteps);
  return figure + step;
}

/** Bytes in decimal units: `0 B`, `1.5 kB`, `3.2 GB`. */
export function formatBytes(bytes: number): string {
  const { figure, step } = scaled(bytes, byteSteps);
  return `${figure} ${step}`;
}

/** Memory in binary units, as the runtime's settings have them: `42 MiB`, `1.5 GiB`. */
export function formatMemory(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  if (mebibytes >= 1024) return `${threeFigures(mebibytes / 1024)} GiB`;
  return `${threeFigures(mebibytes)} MiB`;
}

/** `120 msg/s`; what is below one in ten seconds is `0 msg/s`. */
export function formatMessageRate(perSecond: number): string {
  return `${formatCount(perSecond < 0.1 ? 0 : perSecond)} msg/s`;
}

/** `3.4 MB/s`. */
export function formatByteRate(perSecond: number): string {
  return `${formatBytes(perSecond < 0.1 ? 0 : perSecond)}/s`;
}

/** A share of one as per cent: `0 %`, `73 %`; more than one is allowed. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A duration: `3 ms`, `1.2 s`, `4 min 5 s`, `2 h 3 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${threeFigures(Math.max(0, milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${threeFigures(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return withRest(minutes, 'min', Math.round(seconds) - minutes * 60, 's');
  const hours = Math.floor(minutes / 60);
  return withRest(hours, 'h', minutes - hours * 60, 'min');
}

const withRest = (large: number, unit: string, rest: number, restUnit: string): string =>
  rest === 0 ? `${large} ${unit}` : `${large} ${unit} ${rest} ${restUnit}`;

/** `1 message`, `2 messages`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
