/** The views' icons, drawn here on a 16-unit square, so that no font or picture has to be loaded. */

const paths = {
  play: 'M5 3.2v9.6L12.6 8z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  hourglass:
    'M4 2h8v1.6c0 1.9-1.3 3.1-2.6 4.4C10.7 9.3 12 10.5 12 12.4V14H4v-1.6C4 10.5 5.3 9.3 6.6 8 5.3 6.7 4 5.5 4 3.6z',
  gear: 'M8 5.3A2.7 2.7 0 1 0 8 10.7 2.7 2.7 0 1 0 8 5.3ZM7 1h2l.4 1.9 1.2.5 1.6-1.1 1.5 1.5-1.1 1.6.5 1.2L15 7v2l-1.9.4-.5 1.2 1.1 1.6-1.5 1.5-1.6-1.1-1.2.5L9 15H7l-.4-1.9-1.2-.5-1.6 1.1-1.5-1.5 1.1-1.6-.5-1.2L1 9V7l1.9-.4.5-1.2-1.1-1.6 1.5-1.5 1.6 1.1 1.2-.5z',
  check: 'M6.4 12.6 2.3 8.5l1.3-1.3 2.8 2.8 6-6 1.3 1.3z',
  cross: 'M8 6.6 11.8 2.8l1.4 1.4L9.4 8l3.8 3.8-1.4 1.4L8 9.4l-3.8 3.8-1.4-1.4L6.6 8 2.8 4.2l1.4-1.4z',
  ellipsis: 'M2 6.5h3v3H2zM6.5 6.5h3v3h-3zM11 6.5h3v3h-3z',
  question:
    'M7 9.6c0-1.5.7-2.1 1.4-2.7.6-.5.9-.8.9-1.4 0-.8-.6-1.2-1.4-1.2S6.4 4.9 6.3 5.9L4.3 5.7C4.4 3.7 5.9 2.4 8 2.4s3.5 1.2 3.5 3c0 1.5-.8 2.2-1.5 2.8-.6.5-1 .8-1 1.6zM6.9 11.3h2.2v2.3H6.9z',
  warning: 'M8 1.5 15.3 14.5H.7zM7.2 6v4.5h1.6V6zm0 5.5v1.6h1.6v-1.6z',
  clock:
    'M8 1.5A6.5 6.5 0 1 0 8 14.5 6.5 6.5 0 1 0 8 1.5ZM8 3a5 5 0 1 1 0 10A5 5 0 1 1 8 3ZM7.3 4.5v4l3 2 .8-1.2-2.3-1.6V4.5z',
  arrow: 'M8.8 3l5 5-5 5-1.1-1.1L10.9 8.8H2.2V7.2h8.7L7.7 4.1z',
  chevron: 'M3.2 5.6 8 10.4l4.8-4.8 1.1 1.1L8 12.6 2.1 6.7z',
  close: 'M8 7l3.6-3.6 1 1L9 8l3.6 3.6-1 1L8 9l-3.6 3.6-1-1L7 8 3.4 4.4l1-1z',
  ring: 'M8 1.2a2 2 0 1 1 0 4 2 2 0 1 1 0-4M2.7 9.6a2 2 0 1 1 0 4 2 2 0 1 1 0-4M13.3 9.6a2 2 0 1 1 0 4 2 2 0 1 1 0-4M5.4 4.3 3 8.6l.9.5 2.4-4.3zM10.6 4.3 13 8.6l-.9.5-2.4-4.3zM5.4 11.1h5.2v1H5.4z',
  grid: 'M2 2h4.5v4.5H2zM9.5 2H14v4.5H9.5zM2 9.5h4.5V14H2zM9.5 9.5H14V14H9.5z',
  tree: 'M6 1.5h4v4H8.6v2h4.6v3H15v4h-4v-4h1.2V8.5H8.6v2H10v4H6v-4h1.4v-2H3.8v2H5v4H1v-4h1.8v-3h4.6v-2H6z',
  star: 'M6 6h4v4H6zM7.4 1h1.2v4H7.4zM7.4 11h1.2v4H7.4zM1 7.4h4v1.2H1zM11 7.4h4v1.2h-4z',
  hosts: 'M1.5 2h13v5h-13zM3 3.5v2h10v-2zM1.5 9h13v5h-13zM3 10.5v2h10v-2z',
  bolt: 'M9.6 1 3.2 9.2h3.9L6 15l6.8-8.6H8.7z',
  flag: 'M3 1.5h10L10.5 5 13 8.5H4.5v6H3z',
} as const;

export type IconName = keyof typeof paths;

/** An icon's outline on a 16-unit square. */
export function iconPath(name: IconName): string {
  return paths[name];
}

/** An icon in the colour of the text around it; says nothing to a screen reader. */
export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg class={`icon ${className}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
