// The console by keyboard. Every one of these acts is also a link, a field or a button.
import { signal } from '@preact/signals';
import { go, href } from './router';

export const helpOpen = signal(false);

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable);
}

/** To the link of the row `step` away from where the keyboard is; from outside to the first or the last. */
function move(step: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('main tbody td.main a')];
  const at = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  const open = at < 0 ? links.findIndex((link) => link.closest('tr')?.classList.contains('open')) : at;
  const next = open < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, open + step));

  links[next]?.focus();
  links[next]?.scrollIntoView({ block: 'nearest' });
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>('#q');
  if (field) field.focus();
  else go(href('entries'));
}

/** `/` search, `j` `k` rows (Enter opens), `?` help, `g` and a letter goes to a screen. */
export function startKeys(): void {
  const places: Record<string, string> = {
    t: 'today', e: 'entries', s: 'submissions', b: 'border', h: 'hits', r: 'arrivals', v: 'reversals', p: 'posts', d: 'drills', a: 'appeals', c: 'clearances', l: 'ledger', n: 'rescues',
  };
  let before = '';

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || document.querySelector('dialog[open]')) return;
    if (typing(event.target)) {
      if (event.key === 'Escape') (event.target as HTMLElement).blur();
      return;
    }
    const acts: Record<string, () => void> = { '/': search, j: () => move(1), k: () => move(-1), '?': () => { helpOpen.value = true; } };
    const to = before === 'g' ? places[event.key] : undefined;
    const act = to ? () => go(href(to)) : acts[event.key];
    before = event.key;
    if (!act) return;
    event.preventDefault();
    act();
  });
}
