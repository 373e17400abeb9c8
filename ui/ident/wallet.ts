/** Addresses of cryptocurrencies: the same as src/ident/wallet.c, bech32.c and asked_wallet.c. */
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { answer, Asked, bytesOf, Refusal } from './types';

type Check = 'good' | 'bad' | 'unchecked';
interface Wallet {
  chain?: 'btc' | 'evm' | 'tron';
  check: Check;
}

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** Who is paid: a transfer of a token names the token first and him in an argument (ERC-681). */
function payee(whole: string): string {
  const at = whole.indexOf('/transfer?');
  const parts = at < 0 ? [] : (whole.slice(at + 10).split('#')[0] ?? '').split('&');

  return parts.find((part) => part.startsWith('address='))?.slice(8) ?? whole;
}

/** Without blanks, scheme, chain, query and fragment; case as it is. */
function bare(whole: string): string {
  const text = payee(whole);
  let from = 0;

  for (let i = 0, at = 0; i < text.length && at < 16; i += 1) {
    if (text.charAt(i) === ':') from = i + 1;
    at += bytesOf(text.charAt(i));
  }
  let rest = text.slice(from);
  if (from && rest.startsWith('pay-')) rest = rest.slice(4);
  return (rest.split(/[?#@/]/)[0] ?? '').replace(/[\0- ]/g, '');
}

const isEvm = (t: string): boolean => /^0[xX][0-9a-fA-F]{40}$/.test(t);
const isBech32 = (t: string): boolean => /^(?:bc|tb)1/i.test(t) && bytesOf(t) >= 14 && bytesOf(t) <= 90;

function evmCheck(t: string): Check {
  const body = t.slice(2);
  const hash = hex(keccak_256(new TextEncoder().encode(body.toLowerCase())));

  if (body === body.toLowerCase() || body === body.toUpperCase()) return 'unchecked';
  return Array.from(body).every((c, i) => /[0-9]/.test(c) || (parseInt(hash.charAt(i), 16) >= 8) === (c === c.toUpperCase())) ? 'good' : 'bad';
}

function polymod(sum: number, value: number): number {
  const top = sum >>> 25;
  let next = ((sum & 0x1ffffff) << 5) ^ value;

  [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].forEach((generator, i) => {
    if ((top >> i) & 1) next ^= generator;
  });
  return next;
}

export interface Bech32 {
  prefix: string;
  values: number[];
  m: boolean;
}

/** BIP 173, BIP 350: undefined where neither checksum holds. */
export function bech32Decode(text: string): Bech32 | undefined {
  const one = text.lastIndexOf('1');

  if (!/^[!-~]{1,90}$/.test(text) || one < 1 || text.length - one - 1 < 6 || (/[a-z]/.test(text) && /[A-Z]/.test(text))) return undefined;
  const prefix = text.slice(0, one).toLowerCase();
  const values = Array.from(text.slice(one + 1).toLowerCase(), (c) => bech32.indexOf(c));
  const codes = Array.from(prefix, (c) => c.charCodeAt(0));
  const sum = [...codes.map((c) => c >> 5), 0, ...codes.map((c) => c & 31), ...values].reduce(polymod, 1);

  if (values.includes(-1) || (sum !== 1 && sum !== 0x2bc830a3)) return undefined;
  return { prefix, values: values.slice(0, -6), m: sum !== 1 };
}

/** Whether it is the address of a witness program under `prefix`. */
export function isSegwit(text: string, prefix: string): boolean {
  const decoded = bech32Decode(text);
  const [version, ...program] = decoded?.values ?? [];

  if (!decoded || version === undefined || version > 16 || decoded.prefix !== prefix.toLowerCase()) return false;
  const left = (program.length * 5) % 8;
  const size = Math.floor((program.length * 5) / 8);

  if (left >= 5 || ((program[program.length - 1] ?? 0) & ((1 << left) - 1))) return false;
  return size >= 2 && size <= 40 && (version !== 0 || size === 20 || size === 32) && decoded.m === (version !== 0);
}

/** The 25 bytes of an address; undefined where it is no base58 or of another length. */
function base58Decode(text: string): Uint8Array | undefined {
  const out = new Uint8Array(25);

  for (const c of text) {
    let carry = base58.indexOf(c);

    if (carry < 0) return undefined;
    for (let k = 24; k >= 0; k -= 1) {
      carry += (out[k] ?? 0) * 58;
      out[k] = carry & 255;
      carry >>= 8;
    }
    if (carry) return undefined;
  }
  return out;
}

function check(text: string, t: string): Wallet {
  if (bytesOf(text) > 256) return { check: 'unchecked' };
  if (isEvm(t)) return { chain: 'evm', check: evmCheck(t) };
  if (isBech32(t)) return { chain: 'btc', check: isSegwit(t, t.slice(0, 2)) ? 'good' : 'bad' };
  const decoded = t.length < 26 || t.length > 35 ? undefined : base58Decode(t);
  if (!decoded) return { check: 'unchecked' };
  const tron = t.length === 34 && t.startsWith('T') && decoded[0] === 0x41;
  if (!tron && !(t.startsWith('1') && decoded[0] === 0) && !(t.startsWith('3') && decoded[0] === 5)) return { check: 'unchecked' };
  const sum = sha256(sha256(decoded.slice(0, 21)));
  return { chain: tron ? 'tron' : 'btc', check: [0, 1, 2, 3].every((i) => sum[i] === decoded[21 + i]) ? 'good' : 'bad' };
}

/** One that a slip may have made of an address: of letters and digits, as long as those are. */
function hasShape(t: string): boolean {
  const digit = /[0-9]/.test(t);

  if (!/^[0-9A-Za-z]{26,90}$/.test(t)) return false;
  if (t.length >= 41 && t.length <= 43 && t.replace(/[^0-9a-fA-F]/g, '').length + 2 >= t.length && (t.startsWith('0') || /^.x/i.test(t))) return true;
  if (/^(?:b|.c1)/i.test(t)) return digit;
  return t.length <= 35 && /[a-z]/.test(t) && /[A-Z]/.test(t) && digit;
}

export function isWalletLike(plain: string): boolean {
  const t = bare(plain);

  return check(plain, t).chain !== undefined || hasShape(t);
}

export function wallet(plain: string): Asked {
  const t = bare(plain);
  const found = check(plain, t);

  if (found.check === 'bad' || (!found.chain && hasShape(t))) throw new Refusal('one-character-wrong');
  if (!found.chain) throw new Refusal('unreadable');
  const address = isEvm(t) || isBech32(t) ? t.toLowerCase() : t;
  const body = found.chain === 'evm' ? address.slice(2) : found.chain === 'tron' ? hex((base58Decode(t) ?? new Uint8Array(25)).slice(1, 21)) : '';
  return answer('wallet', `wallet|${found.chain}:${address}`, address, body && `wallet-key|${body}`, found.check === 'unchecked' ? ['no-checksum'] : []);
}
