// Words in four languages, catalogues of the same keys, each a script of its own that is loaded when it is spoken;
// `{name}` in a text is put in from the values given.
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
const catalogues: Partial<Record<Language, Catalogue>> = {};

declare global {
  /** Where a script of words puts them. */
  var WORDS: Partial<Record<Language, Catalogue>> | undefined;
}

export function isLanguage(word: string | null | undefined): word is Language {
  return languages.some((each) => each === word);
}

/** From now on in this language. `address`: where its script lies. Fails where it cannot be had: then nothing has changed. */
export async function speak(next: Language, address: string | undefined): Promise<void> {
  if (!catalogues[next] && !globalThis.WORDS?.[next] && address) {
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src: address, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }
  const loaded = catalogues[next] ?? globalThis.WORDS?.[next];
  if (!loaded) throw new Error(`no words in ${next}`);
  catalogues[next] = loaded;
  language.value = next;
}

function fill(text: string, values?: Values): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}

export function t(key: Key, values?: Values): string {
  return fill(catalogues[language.value]?.[key] ?? key, values);
}

/** A text whose key is made of a group and a word of the interface, as `state-published`; the word itself where we have none. */
export function word(group: string, name: string | undefined | null, values?: Values): string {
  if (!name) return '';
  const texts: Record<string, string> | undefined = catalogues[language.value];
  return fill(texts?.[`${group}-${name}`] ?? name, values);
}

/** Like t(), with `_one` behind the key where the language speaks of one thing in a form of its own. */
export function plural(key: Key, n: number, values?: Values): string {
  const rule = new Intl.PluralRules(language.value).select(n);
  const texts: Record<string, string> | undefined = catalogues[language.value];
  const text = (rule === 'one' && texts?.[`${key}_one`]) || t(key);
  return fill(text, { n: number(n), ...values });
}

export function number(n: number): string {
  // Browsers differ in what they know of Khmer; Cambodian offices write numbers as in English.
  return new Intl.NumberFormat(language.value === 'km' ? 'en' : language.value).format(n);
}

/** Of data/countries.tsv, put in by the build, in the order of `languages`: browsers differ in what they call a country, and none
 * has names in Khmer. */
declare const COUNTRIES: Record<string, [en: string, km: string, ko: string, zh: string]>;

/** A country by its two letters, in the reader's language. */
export function country(code: string | undefined): string {
  if (!code) return '';
  return COUNTRIES[code.toLowerCase()]?.[languages.indexOf(language.value)] ?? code;
}

/** All of them, as the reader's language orders them. */
export function countries(): { value: string; text: string }[] {
  const order = new Intl.Collator(language.value);
  return Object.keys(COUNTRIES).map((value) => ({ value, text: country(value) })).sort((a, b) => order.compare(a.text, b.text));
}
