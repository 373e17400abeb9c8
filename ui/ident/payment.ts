/** Payment codes that merchants show (EMVCo): the same as src/ident/payment.c and asked_payment.c. */
import { bakong, bankAccount } from './bank';
import { phone } from './phone';
import { Asked, bytesOf, Refusal } from './types';

/** CRC-16/CCITT-FALSE over the bytes. */
export function crc(bytes: Uint8Array): number {
  let sum = 0xffff;

  for (const b of bytes) {
    sum ^= b << 8;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1) & 0xffff;
  }
  return sum;
}

type Objects = [tag: number, value: string][];

/** Objects of characters; undefined where they do not fill it. */
function objects(characters: string[]): Objects | undefined {
  const found: Objects = [];

  for (let at = 0; at < characters.length;) {
    const head = characters.slice(at, at + 4).join('');
    const length = Number(head.slice(2));

    if (!/^[0-9]{4}$/.test(head) || at + 4 + length > characters.length) return undefined;
    found.push([Number(head.slice(0, 2)), characters.slice(at + 4, at + 4 + length).join('')]);
    at += 4 + length;
  }
  return found;
}

/** Up to a CRC at the very end. */
function whole(characters: string[]): Objects | undefined {
  const found = objects(characters);
  const last = found?.[found.length - 1];

  return found && found[0]?.[0] === 0 && found[0][1] === '01' && found.findIndex(([tag]) => tag === 63) === found.length - 1 && /^[\0-\x7f]{4}$/.test(last?.[1] ?? '') ? found : undefined;
}

const latin1 = (bytes: Uint8Array): string[] => Array.from(bytes, (b) => String.fromCharCode(b));

function read(code: string): Objects {
  const bytes = new TextEncoder().encode(code);
  // Lengths count characters; some makers count bytes.
  const found = whole(Array.from(code)) ?? whole(latin1(bytes));

  if (!found) throw new Refusal('unreadable');
  const sum = crc(bytes.slice(0, -4)).toString(16).padStart(4, '0');
  if (code.slice(-4).toLowerCase() !== sum) throw new Refusal('crc-wrong');
  return found;
}

const byPhone = (number: string): Asked => phone(number.startsWith('+') ? number : `+${number}`, {});

function promptpay(scheme: string, fields: string[]): Asked {
  const first = [1, 2, 3, 4].map((n) => fields[n]).find(Boolean);

  if (scheme === 'A000000677010111' && fields[1]) return byPhone(fields[1].replace(/^0+/, ''));
  if (!first) throw new Refusal('payment-account');
  return bankAccount('th', 'PROMPTPAY', first);
}

function vietqr(value: string): Asked {
  const inner = fieldsOf(value);

  if (!inner?.[0] || !inner[1]) throw new Refusal('payment-account');
  return bankAccount('vn', inner[0], inner[1]);
}

function fieldsOf(value: string): string[] | undefined {
  const fields: string[] = [];
  const found = objects(Array.from(value));

  for (const [tag, text] of found ?? []) if (tag < 10) fields[tag] = text;
  return found && fields;
}

function byTemplate(fields: string[]): Asked | undefined {
  const scheme = fields[0] ?? '';

  if (scheme.startsWith('A00000067701011')) return promptpay(scheme, fields);
  if (scheme === 'A000000727') return vietqr(fields[1] ?? '');
  if (/^SG\.PAYNOW$/i.test(scheme)) return fields[1] === '0' ? byPhone(fields[2] ?? '') : bankAccount('sg', 'PAYNOW', fields[2] ?? '');
  if (/^hk\.com\.hkicl$/i.test(scheme)) return fields[3] ? byPhone(fields[3]) : bankAccount('hk', 'FPS', fields[2] ?? '');
  return bakong(scheme);
}

export const isPaymentLike = (text: string): boolean => bytesOf(text) >= 16 && text.startsWith('000201');

export function payment(text: string): Asked {
  for (const [tag, value] of read(text)) {
    const fields = tag >= 26 && tag <= 51 ? fieldsOf(value) : undefined;
    const asked = fields && byTemplate(fields);

    if (asked) return { ...asked, warnings: [...asked.warnings, 'payment-code'] };
  }
  throw new Refusal('payment-account');
}
