// Switching the language: at once here, and remembered by the hub's cookie for every other page.
import { speak, type Language } from '../kit/i18n';
import { place } from './router';

/** Where the words of a language lie: the document tells. */
export function wordsOf(language: Language): string | undefined {
  return document.getElementById('console')?.dataset[language];
}

export async function setLanguage(next: Language): Promise<void> {
  await speak(next, wordsOf(next));
  document.documentElement.lang = next;
  void fetch(`/console?lang=${next}`, { method: 'GET', credentials: 'same-origin' }).catch(() => undefined);
  if (new URLSearchParams(location.search).has('lang')) {
    const query = new URLSearchParams(location.search);
    query.delete('lang');
    history.replaceState(null, '', location.pathname + (query.size ? `?${query.toString()}` : ''));
    place.value = { ...place.value, query };
  }
}
