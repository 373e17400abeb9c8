/** Identifiers in a pasted message, each with its place: the same as src/ident/asked_find.c. */
import { askedRead } from './asked';
import { Service, serviceBehind } from './handle';
import { payment } from './payment';
import { dialsNought } from './phone';
import { isTop } from './suffix';
import { clean, digitOf, isMark, isUnseen } from './text';
import { Asked, bytesOf, Query } from './types';
import { isHostLike, isUrlLike } from './url';
import { isWalletLike } from './wallet';

// In characters.
const tokenMax = 512;
const numberMax = 64;
const beforeMax = 64;
const wordsMax = 4;
const startsMax = 4;
const messageMax = 65536; // bytes

export interface Found {
  /** Characters of the message, as String counts them. */
  at: number;
  length: number;
  asked: Asked;
}

const ids = ['id', 'ID', 'Id', '아이디', 'ไอดี', '号'];

const narrow = (c: string): string => (c >= '！' && c <= '～' ? String.fromCharCode(c.charCodeAt(0) - 0xfee0) : c);

/** ASCII that may stand in an address or a name, in any width; marks that nobody sees go along. */
function inToken(raw: string): boolean {
  const c = narrow(raw);

  return (c > ' ' && c < '\x7f' && !'<>"{}|^`'.includes(c)) || (c >= '\x80' && (isUnseen(c) || digitOf(c) !== undefined));
}

/** The message as characters; a place is a number of them. */
class Finder {
  readonly found: Found[] = [];
  readonly chars: string[];
  from = 0; // behind the last one found

  constructor(message: string, readonly country: string, readonly room: number) {
    this.chars = Array.from(message);
    for (let i = 0, bytes = 0; i < this.chars.length; i += 1) {
      bytes += bytesOf(this.chars[i] ?? '');
      if (bytes > messageMax) {
        this.chars.length = i;
        break;
      }
    }
  }

  text(from: number, to: number): string {
    return this.chars.slice(from, to).join('');
  }

  take(at: number, end: number, asked: Asked): boolean {
    this.from = end;
    if (this.found.length < this.room && !this.found.some((f) => f.asked.x === asked.x)) {
      this.found.push({ at: this.text(0, at).length, length: this.text(at, end).length, asked });
    }
    return true;
  }

  readAs(at: number, end: number, query: Omit<Query, 'text'>): boolean {
    const asked = askedRead({ ...query, text: this.text(at, end), country: this.country });

    return !('reason' in asked) && this.take(at, end, asked);
  }

  tokenEnd(at: number): number {
    let end = at;

    while (end < this.chars.length && end < at + tokenMax && inToken(this.chars[end] ?? '')) end += 1;
    return end;
  }

  /** Where the word before `at` begins on its line, and where it ends. */
  wordBefore(at: number): [start: number, end: number] {
    let [start, end] = [at, at];

    for (let place = at, n = 0; place > this.from && n < beforeMax; n += 1) {
      const c = narrow(this.chars[place - 1] ?? '');

      if (c === '\n' || (isMark(c) && start < at)) break;
      if (!isMark(c)) {
        if (start === at) end = place;
        start = place - 1;
      }
      place -= 1;
    }
    return [start, end];
  }

  /** The service that the word before names, past "id": 텔레그램 아이디: */
  service(at: number): Service | undefined {
    let [start, end] = this.wordBefore(at);

    if (ids.includes(this.text(start, end))) [start, end] = this.wordBefore(start);
    return start < end ? serviceBehind(this.text(start, end)) : undefined;
  }

  /** A payment code: up to and with its CRC. */
  payment(at: number): boolean {
    const crc = /6304[0-9A-Fa-f]{4}/g;
    const rest = this.text(at, Math.min(this.chars.length, at + tokenMax));

    for (let found = crc.exec(rest); found; found = crc.exec(rest)) {
      const code = rest.slice(0, found.index + 8);
      const end = at + Array.from(code).length;

      crc.lastIndex = found.index + 1;
      try {
        return this.take(at, end, payment(code));
      } catch {
        continue;
      }
    }
    return false;
  }

  token(at: number, tokenEnd: number): boolean {
    let end = tokenEnd;

    while (end > at && '.,;:!?)]\'*'.includes(this.chars[end - 1] ?? '')) end -= 1;
    if (this.text(at, at + 6) === '000201' && this.payment(at)) return true;
    if (bytesOf(this.text(at, end)) < 3) return false;
    const { whole, plain } = clean(this.text(at, end));
    if (bytesOf(plain) < 3) return false;
    const service = this.service(at);
    const named = service ? { service: service.service } : {};
    if (plain.startsWith('@')) return this.readAs(at, end, { kind: 'handle', ...named });
    if (bytesOf(plain) >= 26 && isWalletLike(plain)) return this.readAs(at, end, { kind: 'wallet' });
    if (isUrlLike(whole) || (isHostLike(whole) && !whole.includes('@') && isTop(whole.slice(whole.lastIndexOf('.') + 1)))) return this.readAs(at, end, { kind: 'url' });
    if (service) return this.readAs(at, end, { kind: 'handle', ...named });
    return bytesOf(plain) >= 15 && this.readAs(at, end, { kind: 'bank' });
  }

  /** Digits and what is written between them; the end is behind the last digit. */
  numberEnd(at: number): { end: number; digits: number } {
    let [end, digits, gap] = [at, 0, 0];

    for (let n = 0; at + n < this.chars.length && n < numberMax && gap < 3; n += 1) {
      const c = this.chars[at + n] ?? '';

      if (digitOf(c) !== undefined) {
        [end, gap] = [at + n + 1, 0];
        digits += 1;
      } else if (' -.()\u00a0\u2010\u2011\u2013'.includes(c) || (/[+＋]/.test(c) && digits === 0)) {
        gap += 1;
      } else if (!isUnseen(c) || c < ' ') {
        break;
      }
    }
    return { end, digits };
  }

  /** A bank's name before it on the line makes it an account. */
  account(at: number, end: number): boolean {
    for (let words = 0, from = at; words < wordsMax; words += 1) {
      const [start] = this.wordBefore(from);
      const asked = start === from ? undefined : askedRead({ text: this.text(start, end), country: this.country });

      if (!asked) return false;
      if (!('reason' in asked) && asked.kind === 'bank') return this.take(at, end, asked);
      from = start;
    }
    return false;
  }

  /** Else it is a telephone where the plan gives such numbers out, and as they are dialled. */
  number(at: number): boolean {
    const { end, digits } = this.numberEnd(at);

    if (digits < 7 || digits > 24) return false;
    if (this.account(at, end)) return true;
    const asked = askedRead({ text: this.text(at, end), kind: 'phone', country: this.country });
    if ('reason' in asked || asked.warnings.includes('unusual-number')) return false;
    const first = this.chars.slice(at).map(narrow).find((c) => c === '+' || digitOf(c) !== undefined) ?? '';
    const bare = first !== '+' && digitOf(first) !== 0 && asked.x.length - 'phone|'.length > digits && dialsNought(this.country, asked.x.slice(-digits));
    return !bare && this.take(at, end, asked);
  }
}

/** In the order in which they stand; the same x once; at most `room`. */
export function askedFind(message: string, country = '', room = 64): Found[] {
  const f = new Finder(message, country, room);
  let [tokenEnd, starts, last] = [0, 0, ' '];

  for (let at = 0; at < f.chars.length && f.found.length < room;) {
    const c = narrow(f.chars[at] ?? '');
    const within = at < tokenEnd;
    let hit = false;

    if (inToken(c) && (!within || (':=(,['.includes(last) && starts < startsMax))) {
      starts = within ? starts + 1 : 0;
      tokenEnd = within ? tokenEnd : f.tokenEnd(at);
      hit = f.token(at, tokenEnd);
    }
    if (hit || ((digitOf(c) !== undefined || c === '+' || c === '(') && digitOf(last) === undefined && f.number(at))) {
      at = tokenEnd = f.from;
      last = ' ';
    } else {
      last = c;
      at += 1;
    }
  }
  return f.found;
}
