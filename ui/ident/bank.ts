/** Accounts of banks: the same as src/ident/asked_bank.c. */
import { phone } from './phone';
import { isMark } from './text';
import { answer, Asked, bytesOf, field, Query, Refusal, table } from './types';

const accountMin = 5;
const accountMax = 24;
const nameMax = 128;

interface Bank {
  country: string;
  bank: string;
  aliases: string[];
  code: string;
  min: number;
  max: number;
}

const banks: Bank[] = table('banks').map((row) => ({ country: field(row, 0), bank: field(row, 1), aliases: field(row, 2).split('|'), code: field(row, 3),
  min: Number(field(row, 4)), max: Number(field(row, 5)) }));
const words = table('bankWords').map((row) => field(row, 0)).sort();
const ibanLength = new Map(table('iban').map((row) => [field(row, 0), Number(field(row, 1))]));

const lower = (text: string): string => text.replace(/[A-Z]/g, (c) => c.toLowerCase());
/** Letters that only look like those of an IBAN are not guessed at. */
const canonical = (text: string): string =>
  Array.from(text).some((c) => c >= '\x80' && !isMark(c)) ? '' : text.replace(/[^0-9A-Za-z]/g, '').toUpperCase();

function sumHolds(iban: string): boolean {
  let m = 0;

  for (const c of iban.slice(4) + iban.slice(0, 4)) m = Number(String(m) + String(parseInt(c, 36))) % 97;
  return m === 1;
}

/** Only one whose sum holds. */
export function iban(plain: string): Asked | undefined {
  const t = canonical(/^(?:IBAN|iban)/.test(plain) ? plain.slice(4) : plain);

  return /^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$/.test(t) && sumHolds(t) ? answer('bank', `bank|iban:${t}`, t) : undefined;
}

/** A country's code and as many characters as its IBANs have: only a slip makes its sum fail. */
export function isIbanLike(plain: string): boolean {
  const t = canonical(plain);

  return t.length >= 15 && ibanLength.get(t.slice(0, 2)) === t.length;
}

/** jonhsmith@nbcq: a full stop behind the @ makes it an address of e-mail. */
export function bakong(plain: string): Asked | undefined {
  const name = lower(plain);

  return bytesOf(plain) <= nameMax && /^[0-9a-z._-]+@[0-9a-z]{2,}$/.test(name) ? answer('bank', `bank|kh:bakong:${name}`, name) : undefined;
}

interface Account {
  digits: string;
  from: number;
  to: number;
}

/** The longest run of digits, with what people write between them. */
function accountFind(plain: string): Account {
  let best: Account = { digits: '', from: 0, to: 0 };

  for (const found of plain.matchAll(/[0-9][0-9 .-]*/g)) {
    const run = found[0].replace(/[ .-]+$/, '');
    const digits = run.replace(/[^0-9]/g, '');

    if (digits.length > best.digits.length) best = { digits, from: found.index ?? 0, to: (found.index ?? 0) + run.length };
  }
  return best;
}

function wordCut(word: string): string {
  for (const w of words) {
    if (word === w) return '';
    if (w.charCodeAt(0) < 0x80) continue;
    if (word.startsWith(w)) return word.slice(w.length);
    if (word.endsWith(w)) return word.slice(0, -w.length);
  }
  return word;
}

/** Letters and digits of a bank's name, small, without the words that tell nothing. */
function nameOf(...texts: string[]): string {
  let name = '';

  for (const text of texts) {
    let word = '';
    for (const c of `${text} `) {
      if (!isMark(c)) {
        if (bytesOf(word) + 4 <= nameMax) word += lower(c);
        continue;
      }
      const cut = wordCut(word);
      if (bytesOf(name) + bytesOf(cut) <= nameMax) name += cut;
      word = '';
    }
  }
  return name;
}

const has = (bank: Bank, name: string): boolean => name !== '' && (bank.code === name || lower(bank.bank) === name || bank.aliases.includes(name));

/** With no country, the only one that has such a bank; 'many': several do. */
function find(name: string, country: string): Bank | 'many' | undefined {
  const found = banks.filter((bank) => (!country || bank.country === country.toLowerCase()) && has(bank, name));

  return found.some((bank) => bank.country !== found[0]?.country) ? 'many' : found[0];
}

const around = (plain: string, account: Account): string => nameOf(plain.slice(0, account.from), plain.slice(account.to));

export function namesBank(plain: string): boolean {
  const account = accountFind(plain);

  return account.digits.length >= accountMin && find(around(plain, account), '') !== undefined;
}

const write = (country: string, bank: string, account: string, warnings: string[] = []): Asked =>
  answer('bank', `bank|${country}:${bank}:${account}`, `${bank} ${account}`, '', warnings);

export function bank(plain: string, query: Query): Asked {
  const whole = iban(plain) ?? bakong(plain);
  const account = accountFind(plain);
  const digits = account.digits;

  if (whole) return whole;
  if (!query.bank && isIbanLike(plain)) throw new Refusal('one-character-wrong');
  if (!digits) throw new Refusal('unreadable');
  if (digits.length > accountMax) throw new Refusal('account-length');
  const name = query.bank ? nameOf(query.bank) : around(plain, account);
  if (!name) throw new Refusal('bank-needed');
  const found = find(name, query.country ?? '');
  if (found && found !== 'many') {
    // PromptPay by telephone is the telephone: the same as in its payment code.
    if (found.bank === 'PROMPTPAY' && /^0[0-9]{9}$/.test(digits)) return phone(digits, { country: found.country });
    if (digits.length < found.min || digits.length > found.max) throw new Refusal('account-length');
    return write(found.country, found.bank, digits);
  }
  if (found === 'many' || query.country?.length !== 2) throw new Refusal('country-needed');
  if (digits.length < accountMin) throw new Refusal('account-length');
  return write(query.country.toLowerCase(), name.replace(/[a-z]/g, (c) => c.toUpperCase()), digits, ['bank-unknown']);
}

/** An account that a payment code names, the bank by its number in the country's list. */
export function bankAccount(country: string, code: string, account: string): Asked {
  if (!/^[0-9A-Za-z-]+$/.test(code) || !/^[0-9A-Za-z-]+$/.test(account)) throw new Refusal('payment-account');
  const found = banks.find((b) => b.country === country && (b.code === code || b.bank === code));

  return found ? write(country, found.bank, account) : write(country, code, account, ['bank-unknown']);
}
