// The page by keyboard. Every one of these acts is also a link, a field or a button.

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable);
}

/** Moves to the heading link `step` cards away from where the focus is; from outside, to the first or the last. */
function move(step: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('article h3 a')];
  const here = links.findIndex((link) => link.closest('article')?.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, here + step));

  links[next]?.focus();
  links[next]?.closest('article')?.scrollIntoView({ block: 'nearest' });
}

/**
 * `/` to the name, `j` and `k` through the answers (Enter opens, for they are links), `?` the help, Escape empties the
 * form. Keys with Ctrl, Alt or Meta are the browser's.
 */
export function keys(name: HTMLElement, help: HTMLDialogElement, clear: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || help.open) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      clear();
      name.focus();
      return;
    }
    if (typing(event.target)) return;
    const act: Record<string, () => void> = {
      '/': () => name.focus(), j: () => move(1), k: () => move(-1), '?': () => help.showModal(),
    };
    const chosen = act[event.key];
    if (!chosen) return;
    event.preventDefault();
    chosen();
  });
}
