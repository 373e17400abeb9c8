// Light, dark, or as the machine has it; kept on this machine.
import { signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';
export const theme = signal<Theme>('auto');

export function setTheme(next: Theme): void {
  theme.value = next;
  if (next === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  try {
    localStorage.setItem('theme', next);
  } catch {
    // A browser that keeps nothing still shows it until the page is left.
  }
}

export function loadTheme(): void {
  try {
    const kept = localStorage.getItem('theme');
    if (kept === 'light' || kept === 'dark') setTheme(kept);
  } catch {
    theme.value = 'auto';
  }
}
