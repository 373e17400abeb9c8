// Shapes beside words: each state has one of its own, so that colour is never the only sign.
const paths: Record<string, string> = {
  dot: 'M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
  half: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.6v8.8a4.4 4.4 0 0 1 0-8.8Z',
  ring: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 0 1 0-8.8Z',
  back: 'M7 3 2 8l5 5v-3.4h2.6c2 0 3.4 1 4.4 2.9 0-4.3-2-6.6-5-6.6H7V3Z',
  cross: 'm4.2 2.8 3.8 3.8 3.8-3.8 1.4 1.4L9.4 8l3.8 3.8-1.4 1.4L8 9.4l-3.8 3.8-1.4-1.4L6.6 8 2.8 4.2Z',
  check: 'M6.2 12.6 2 8.4l1.4-1.4 2.8 2.8L12.6 3.4 14 4.8Z',
  shield: 'M8 1 2.5 3v4.5c0 3.4 2.2 6 5.5 7.5 3.3-1.5 5.5-4.1 5.5-7.5V3L8 1Zm-.9 9.7L4.4 8l1.1-1.1 1.6 1.6 3.5-3.5 1.1 1.1-4.6 4.6Z',
  pause: 'M3.5 3h3v10h-3zM9.5 3h3v10h-3z',
  scale: 'M7.2 1.5h1.6v1.3l4.4.8L15 9a2.6 2.6 0 0 1-5 0l1.4-3.9-2.6-.5v7.9h3V14H4.2v-1.5h3V4.6l-2.6.5L6 9a2.6 2.6 0 0 1-5 0l1.8-5.4 4.4-.8V1.5Z',
  glass: 'M3 1.5h10V3l-.8.3C12 6 10.6 7.2 9.4 8c1.2.8 2.6 2 2.8 4.7l.8.3v1.5H3V13l.8-.300C4 10 5.4 8.8 6.6 8 5.4 7.2 4 6 3.8 3.3L3 3V1.5Z',
  minus: 'M3 7h10v2H3z',
  alert: 'M8 1.5 15 14H1L8 1.5Zm-.8 4.7v3.8h1.6V6.2H7.2Zm0 5v1.5h1.6v-1.5H7.2Z',
  menu: 'M2 3.5h12v1.6H2zM2 7.2h12v1.6H2zM2 10.9h12v1.6H2z',
  search: 'M6.8 2a4.8 4.8 0 1 0 2.9 8.6l3 3 1.2-1.2-3-3A4.8 4.8 0 0 0 6.8 2Zm0 1.7a3.1 3.1 0 1 1 0 6.2 3.1 3.1 0 0 1 0-6.2Z',
  file: 'M3.5 1.5h5.7l3.3 3.3v9.7h-9V1.5Zm5 1.5v2.5H11L8.5 3Z',
  key: 'M10.5 1.5a4 4 0 0 0-3.8 5.2L1.5 12v2.5H4V13h1.5v-1.5H7l1.4-1.3a4 4 0 1 0 2.1-8.7Zm1 2.3a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4Z',
};

/** Decoration only: the word stands beside it. */
export function Icon({ name }: { name: string }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path fill-rule="evenodd" d={paths[name] ?? paths['dot']} />
    </svg>
  );
}

/** A rope between two posts. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <path d="M6 5v22M26 5v22" class="posts" />
      <path d="M6 9c5.5 9 14.5 9 20 0M6 16c5.5 9 14.5 9 20 0" class="rope" />
    </svg>
  );
}
