// Words in four languages. Takes catalogues of the same keys; `{name}` in a text is put in from the values given.
import { signal } from '@preact/signals';
import type en from '../console/messages/en.json';

export type Language = 'en' | 'km' | 'ko' | 'zh';
export type Key = keyof typeof en;
export type Values = Record<string, string | number>;
type Catalogue = Record<Key, string>;

export const languages: readonly Language[] = ['en', 'km', 'ko', 'zh'];
export const languageNames: Record<Language, string> = { en: 'English', km: 'ខ្មែរ', ko: '한국어', zh: '中文' };

/** What everything on the screen is written in; setting it writes everything anew. */
export const language = signal<Language>('en');
let catalogues: Record<Language, Catalogue> | null = null;

export function isLanguage(word: string | null | undefined): word is Language {
  return languages.some((each) => each === word);
}

export function speak(texts: Record<Language, Catalogue>, first: Language): void {
  catalogues = texts;
  language.value = first;
}

function fill(text: string, values?: Values): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}

export function t(key: Key, values?: Values): string {
  return fill(catalogues?.[language.value][key] ?? key, values);
}

/** A text whose key is made of a group and a word of the interface, as `state-published`; the word itself where we have none. */
export function word(group: string, name: string | undefined | null, values?: Values): string {
  if (!name) return '';
  const texts: Record<string, string> | undefined = catalogues?.[language.value];
  return fill(texts?.[`${group}-${name}`] ?? name, values);
}

/** Like t(), with `_one` behind the key where the language speaks of one thing in a form of its own. */
export function plural(key: Key, n: number, values?: Values): string {
  const rule = new Intl.PluralRules(language.value).select(n);
  const texts: Record<string, string> | undefined = catalogues?.[language.value];
  const text = (rule === 'one' && texts?.[`${key}_one`]) || t(key);
  return fill(text, { n: number(n), ...values });
}

export function number(n: number): string {
  // Browsers differ in what they know of Khmer; Cambodian offices write numbers as in English.
  return new Intl.NumberFormat(language.value === 'km' ? 'en' : language.value).format(n);
}

/** Of data/countries.tsv, put in by the build: no browser names countries in Khmer. */
declare const KHMER_COUNTRIES: Record<string, string>;
let regions: { of: Intl.DisplayNames; language: Language } | null = null;

/** A country by its two letters, in the reader's language. */
export function country(code: string | undefined): string {
  if (!code) return '';
  if (!/^[a-z]{2}$/i.test(code)) return code;
  if (language.value === 'km') return KHMER_COUNTRIES[code.toLowerCase()] ?? code;
  if (regions?.language !== language.value) {
    regions = { of: new Intl.DisplayNames([language.value], { type: 'region', fallback: 'code' }), language: language.value };
  }
  return regions.of.of(code.toUpperCase()) ?? code;
}
