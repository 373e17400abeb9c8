/** What somebody typed or pasted, in one form. The same as src/ident/asked.h, which is the contract; both are held by
 * tests/data/asked.jsonl. */
import { bakong, bank, iban, isIbanLike, namesBank } from './bank';
import { handle, serviceBefore } from './handle';
import { isPaymentLike, payment } from './payment';
import { isOnlyNumber, phone } from './phone';
import { schemeOf } from './scheme';
import { clean, trim } from './text';
import { Asked, Query, Refusal } from './types';
import { isHostLike, isUrlLike, url } from './url';
import { isWalletLike, wallet } from './wallet';

export type { Asked, Kind, Query } from './types';

function isEmail(plain: string): boolean {
  const at = plain.indexOf('@');

  return at > 0 && plain.indexOf('.', at) >= 0 && !/[/: ]/.test(plain);
}

/** Behind tel:, bitcoin: and their kin. */
function byScheme(plain: string, query: Query): Asked | undefined {
  const scheme = schemeOf(plain);

  if (scheme?.kind === 'phone') return phone(scheme.value, query);
  if (scheme?.kind === 'wallet') return wallet(plain);
  if (scheme) throw new Refusal(scheme.kind === 'email' ? 'email-address' : 'unreadable');
  return undefined;
}

/** What it is by its looks, the surest signs first. */
function byLooks(whole: string, plain: string, query: Query): Asked {
  const account = iban(plain);

  if (account) return account;
  if (query.bank) return bank(plain, query);
  if (query.service && !isUrlLike(whole)) return handle(plain, query);
  const behind = byScheme(plain, query);
  if (behind) return behind;
  if (isWalletLike(plain)) return wallet(plain);
  if (isUrlLike(whole)) return url(whole);
  if (plain.startsWith('@') || serviceBefore(plain)) return handle(plain, query);
  if (isOnlyNumber(plain)) return phone(plain, query);
  if (namesBank(plain)) return bank(plain, query);
  if (isIbanLike(plain)) throw new Refusal('one-character-wrong');
  if (isEmail(plain)) throw new Refusal('email-address');
  const payee = bakong(plain);
  if (payee) return payee;
  if (isHostLike(whole)) return url(whole);
  throw new Refusal('unreadable');
}

function byKind(query: Query): Asked {
  const { whole, plain } = clean(query.text);
  const given = trim(query.text);

  if (!plain) throw new Refusal('unreadable');
  if (query.kind !== 'url' && isPaymentLike(given)) return payment(given);
  switch (query.kind) {
    case 'phone': {
      const scheme = schemeOf(plain);
      return isUrlLike(whole) ? url(whole) : phone(scheme?.kind === 'phone' ? scheme.value : plain, query);
    }
    case 'handle': return isUrlLike(whole) ? url(whole) : handle(plain, query);
    case 'url': return url(whole);
    case 'bank': return bank(plain, query);
    case 'wallet': return wallet(plain);
    default: return byLooks(whole, plain, query);
  }
}

/** Gives what was asked, or the reason why it cannot be read: a word of docs/identifiers.md. */
export function askedRead(query: Query): Asked | { reason: string } {
  try {
    return byKind(query);
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.reason };
    throw error;
  }
}
