/** Cleaning: the same as src/ident/asked_text.c. */
import { bytesOf, field, Refusal, table } from './types';

const inputMax = 4096;
const unseen = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const mark = /^[\0-/:-@[-`{-\x7f\x80-\xbf\xd7\xf7\u2000-\u206f\u2190-\u23ff\u2500-\u27bf\u3000-\u303f\u30fb\u2212\u17d4\u17d5\u{1f000}-\u{1faff}]/u;
const zeros = table('digits').map((row) => parseInt(field(row, 0), 16));

/** No letter, digit or mark that could belong to an identifier. Takes one character. */
export const isMark = (c: string): boolean => mark.test(c);

/** The digit that a character is, in any script. */
export function digitOf(c: string): number | undefined {
  const code = c.codePointAt(0) ?? 0;
  const zero = code < 0x80 ? 48 : zeros.find((z) => code >= z && code < z + 10);

  return zero === undefined || code < zero || code > zero + 9 ? undefined : code - zero;
}

export const isUnseen = (c: string): boolean => c.replace(unseen, '') === '';

const blanks = ' \t\n\v\f\r';
/** Without blanks of ASCII at its ends, as text_trim() does. */
export function trim(text: string): string {
  let from = 0;
  let to = text.length;

  while (from < to && blanks.includes(text.charAt(from))) from += 1;
  while (to > from && blanks.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

const meant: Record<string, string> = { '[.]': '.', '(.)': '.', '{.}': '.', '[dot]': '.', '(dot)': '.', '{dot}': '.', '[://]': '://', '[:]': ':', '[/]': '/',
  '[@]': '@', '[at]': '@', '(at)': '@' };

function refang(text: string): string {
  return text.replace(/^hxxp/i, (found) => `${found.charAt(0)}tt${found.charAt(3)}`)
    .replace(/ *(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}) *|\[:\/\/\]|\[:\]|\[\/\]|\[@\]|\[at\]|\(at\)/gi, (found) => meant[found.toLowerCase().replace(/ /g, '')] ?? found);
}

function plain(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (c) => String(digitOf(c) ?? c));
}

/** NFKC, unseen marks gone, hxxp and [.] put right; `plain` with digits of ASCII as well. */
export function clean(text: string): { whole: string; plain: string } {
  if (bytesOf(text) > inputMax) throw new Refusal('identifier-long');
  const composed = text.normalize('NFKC');
  const seen = composed.replace(unseen, '').replace(/ẞ/g, 'ß'); // Unicode 15.1 maps it otherwise than what came before

  if (composed.length > inputMax || bytesOf(seen) > inputMax) throw new Refusal('identifier-long');
  const whole = refang(trim(seen));
  return { whole, plain: plain(whole) };
}
