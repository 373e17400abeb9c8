/** Telephone numbers: the same as src/ident/phone.c and asked_phone.c. */
import { isMark } from './text';
import { answer, Asked, field, Query, Refusal, table } from './types';

const textMax = 60;
const digitsMin = 7;
const digitsMax = 15;

interface Plan {
  country: string;
  code: string;
  trunk: string;
  abroad: string[];
  min: number;
  max: number;
  numbers: string[];
  bare: string[];
}

const plans: Plan[] = table('plans').map((row) => ({ country: field(row, 0), code: field(row, 1), trunk: field(row, 2), abroad: field(row, 3).split('|'),
  min: Number(field(row, 4)), max: Number(field(row, 5)), numbers: field(row, 6).split(','), bare: field(row, 7).split(',') }));

const fits = (plan: Plan, length: number): boolean => length >= plan.min && length <= plan.max;
const planOf = (digits: string): Plan | undefined => plans.find((plan) => digits.startsWith(plan.code));
const bounds = (range: string): [string, string] => {
  const [from = '', to] = range.split('-');
  return [from, to ?? from];
};

function isAmong(numbers: string[], national: string): boolean {
  return numbers.some((item) => {
    const [prefixes = '', lengths = ''] = item.split(':');
    const [from, to] = bounds(prefixes);
    const [min, max] = bounds(lengths);
    const first = national.slice(0, from.length);

    return national.length >= Number(min) && national.length <= Number(max) && first.length === from.length && first >= from && first <= to;
  });
}

/** After the country code a trunk prefix is left out. */
function international(digits: string): string {
  const plan = planOf(digits);

  if (plan?.trunk !== '0') return digits;
  const rest = digits.slice(plan.code.length);
  return rest.startsWith('0') && fits(plan, rest.length - 1) ? plan.code + rest.slice(1) : digits;
}

function abroad(plan: Plan, digits: string): string | undefined {
  const prefix = plan.abroad.find((p) => digits.startsWith(p) &&
    plans.some((other) => digits.startsWith(p + other.code) && fits(other, digits.length - p.length - other.code.length)));

  return prefix === undefined ? undefined : digits.slice(prefix.length);
}

function isForeign(plan: Plan, digits: string): boolean {
  const other = planOf(digits);

  return other !== undefined && other !== plan && other.code.length > 1 && !isAmong(plan.numbers, digits) && isAmong(other.numbers, digits.slice(other.code.length));
}

/** With its country's code, or undefined where it fits no plan. */
function national(plan: Plan, digits: string): string | undefined {
  const dialled = abroad(plan, digits);
  let skip = 0;

  if (dialled !== undefined) return dialled;
  if (plan.trunk && digits.startsWith(plan.trunk)) skip = plan.trunk.length;
  else if (digits.startsWith(plan.code) && fits(plan, digits.length - plan.code.length)) return digits;
  else if (isForeign(plan, digits)) return digits;
  return fits(plan, digits.length - skip) ? plan.code + digits.slice(skip) : undefined;
}

/** Whether this number, as it is without, is dialled with a nought before it there. */
export const dialsNought = (country: string, national: string): boolean =>
  plans.some((plan) => plan.country === country.toLowerCase() && plan.trunk === '0' && !isAmong(plan.bare, national));

const isExtension = (rest: string): boolean => /^(?:ext|x[0-9])/i.test(rest);

/** Digits and what is written between them, and nothing else but an extension. */
export function isOnlyNumber(plain: string): boolean {
  let digits = 0;

  for (let at = 0; at < plain.length;) {
    const c = String.fromCodePoint(plain.codePointAt(at) ?? 0);

    if (c >= '0' && c <= '9') digits += 1;
    else if (digits >= digitsMin && isExtension(plain.slice(at))) break;
    else if (!isMark(c) || '@:\\=?%&'.includes(c)) return false;
    at += c.length;
  }
  return digits > 0;
}

/** Digits with '+' and "(0)"; a letter among digits is a slip that nobody may guess. */
function reduce(plain: string): { kept: string; digits: number } {
  let kept = '';
  let digits = 0;
  let letter = false;

  for (let at = 0; at < plain.length;) {
    const c = String.fromCodePoint(plain.codePointAt(at) ?? 0);

    if (kept.length + 3 > textMax) throw new Refusal('unreadable');
    if (c >= '0' && c <= '9') {
      if (letter) throw new Refusal('unreadable');
      kept += c;
      digits += 1;
    } else if (c === '+' && !kept) {
      kept = '+';
    } else if (plain.startsWith('(0)', at)) {
      kept += '(0)';
      digits += 1;
      at += 2;
    } else if ((digits >= 4 && '#;,/'.includes(c)) || (digits >= digitsMin && isExtension(plain.slice(at)))) {
      break;
    } else if (digits && !isMark(c)) {
      letter = true;
    }
    at += c.length;
  }
  if (!digits) throw new Refusal('unreadable');
  return { kept, digits };
}

function read(kept: string, country: string): string {
  const plan = plans.find((p) => p.country === country.toLowerCase());
  let plus = kept.startsWith('+');
  // "(0)" is not dialled behind '+' and other digits.
  let digits = kept.replace(/\(0\)/g, (found, at: number) => (plus && /[0-9]/.test(kept.slice(0, at)) ? '' : found)).replace(/[^0-9]/g, '');

  if (!plus && !country && digits.length > 8 && /^00[1-9]/.test(digits)) {
    digits = digits.slice(2);
    plus = true;
  }
  const whole = plus ? international(digits) : plan && national(plan, digits);
  if (whole === undefined) throw new Refusal(plan ? 'phone-length' : 'country-needed');
  const own = planOf(whole);
  if (whole.length < digitsMin || whole.length > digitsMax || (own && !fits(own, whole.length - own.code.length))) throw new Refusal('phone-length');
  if (whole.startsWith('0')) throw new Refusal('country-needed');
  return whole;
}

function group(digits: string): string {
  const step = digits.length > 9 ? 4 : 3;
  let out = '';

  for (let i = 0; i < digits.length; i += 1) out += (i && (digits.length - i) % step === 0 ? ' ' : '') + digits.charAt(i);
  return out;
}

export function phone(plain: string, query: Pick<Query, 'country'>): Asked {
  const { kept, digits } = reduce(plain);
  const country = query.country ?? '';

  if (digits >= 3 && digits <= 6 && !kept.startsWith('+') && kept.length === digits) {
    if (country.length !== 2) throw new Refusal('country-needed');
    return answer('phone', `phone|${country.toLowerCase()}:${kept}`, kept);
  }
  const number = read(kept, country);
  const plan = planOf(number);
  if (!plan) return answer('phone', `phone|${number}`, `+${number}`);
  const rest = number.slice(plan.code.length);
  return answer('phone', `phone|${number}`, `+${plan.code} ${group(rest)}`, '', isAmong(plan.numbers, rest) ? [] : ['unusual-number']);
}
