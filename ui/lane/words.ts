// Words of the lane in four languages, chosen in one act and kept on this machine.
import { signal } from '@preact/signals';
import en from './messages/en.json';
import km from './messages/km.json';
import ko from './messages/ko.json';
import zh from './messages/zh.json';

export type Language = 'en' | 'km' | 'ko' | 'zh';
export type Key = keyof typeof en;

const catalogues: Record<Language, Record<string, string>> = { en, km, ko, zh };
export const languages: readonly Language[] = ['en', 'km', 'ko', 'zh'];
export const names: Record<Language, string> = { en: 'English', km: 'ខ្មែរ', ko: '한국어', zh: '中文' };
export const language = signal<Language>('en');

function known(word: string | null): Language | undefined {
  return languages.find((each) => each === word);
}

export function setLanguage(next: Language): void {
  language.value = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem('language', next);
  } catch {
    // A browser that keeps nothing still shows it until the page is left.
  }
}

export function loadLanguage(): void {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem('language');
  } catch {
    kept = null;
  }
  setLanguage(known(kept) ?? known(document.documentElement.lang) ?? 'en');
}

export function t(key: Key, values?: Record<string, string | number>): string {
  const text = catalogues[language.value][key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}

/** A word of the post's tables, as `act-confirm`; the word itself where we have none. */
export function word(group: string, name: string): string {
  return catalogues[language.value][`${group}-${name}`] ?? name;
}

/** Hours and minutes of today, the day too where it is another. */
export function moment(at: string | undefined | null): string {
  if (!at) return '';
  const day = new Date(at);
  const today = day.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language.value === 'km' ? 'en-GB' : language.value,
    today ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' }).format(day);
}
