// Switching the language: at once here, and remembered by the hub's cookie for every other page.
import { language, type Language } from '../kit/i18n';
import { place } from './router';

export function setLanguage(next: Language): void {
  language.value = next;
  document.documentElement.lang = next;
  void fetch(`/console?lang=${next}`, { method: 'GET', credentials: 'same-origin' }).catch(() => undefined);
  if (new URLSearchParams(location.search).has('lang')) {
    const query = new URLSearchParams(location.search);
    query.delete('lang');
    history.replaceState(null, '', location.pathname + (query.size ? `?${query.toString()}` : ''));
    place.value = { ...place.value, query };
  }
}
