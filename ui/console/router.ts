// Every state has an address under /console/. Links are links; this only saves the reload.
import { signal } from '@preact/signals';

const base = '/console';

export interface Place { screen: string; id: string | undefined; part: string | undefined; query: URLSearchParams }

function read(): Place {
  const parts = location.pathname.slice(base.length).split('/').filter(Boolean).map(decodeURIComponent);
  return { screen: parts[0] ?? 'today', id: parts[1], part: parts[2], query: new URLSearchParams(location.search) };
}

export const place = signal<Place>(read());

export function href(...parts: (string | number | undefined)[]): string {
  return [base, ...parts.filter((each) => each !== undefined && each !== '').map((each) => encodeURIComponent(String(each)))].join('/');
}

export function go(to: string, replace = false): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  place.value = read();
}

/** The same address with other parameters; empty ones leave it. */
export function withQuery(changes: Record<string, string>): string {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  return location.pathname + (text ? `?${text}` : '');
}

export function startRouter(): void {
  addEventListener('popstate', () => { place.value = read(); });
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest('a');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin || !/^\/console(\/|$)/.test(link.pathname)) return;
    if (link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(link.pathname + link.search);
    scrollTo(0, 0);
  });
}
