// The bulletin as a browser sees it: the signed note's keys, a table's answer, what its slots say. docs/formats/bulletin.md.
// The same as src/bulletin/ in the program; both are tried with each other's bytes in tests/browser/oprf.mjs.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

const TAG = 8;
const CHECK = 4;
const RECEIPT = 16;
const HEAD = 120; // element 32, proof 64, then 24 of the table
const SLOTS_MAX = 4096;
const MONTHS_FROM = 2020;

/** Why an answer or a note is not believed: its form, a key that the bulletin does not name, a proof that does not hold, a signature. */
export type Distrust = 'malformed' | 'key' | 'proof' | 'signature';

export class BulletinError extends Error {
  constructor(readonly reason: Distrust) {
    super(reason);
  }
}

const utf8 = new TextEncoder();

function joined(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Two small digits a byte. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** The bucket of x, "type|value" in its one form: the first 14 bits of its hash. */
export function bucketOf(x: string): number {
  const hash = sha256(utf8.encode(`cordon bucket v1|${x}`));
  return ((hash[0] ?? 0) << 6) | ((hash[1] ?? 0) >> 2);
}

/** The 16 digits by which notes and tables name a key of the private check. */
export function keyId(key: Uint8Array): string {
  return hex(sha256(key).subarray(0, 8));
}

// ---- the note ----

export interface Note {
  /** When the hub made it, milliseconds since 1970. */
  time: number;
  /** The public keys of private checks, newest first, as 32 bytes each. */
  keys: Uint8Array[];
  /** Hashes of the bulletin's files by their names, 64 hexadecimal digits. */
  files: Map<string, string>;
}

/** What the hub signed. `vkey` is the hub's ("name+id+base64") as the reader knows it already. Throws BulletinError `signature` or `malformed`. */
export function noteRead(note: string, vkey: string): Note {
  const end = note.lastIndexOf('\n\n');
  const [name = '', , ...rest] = vkey.split('+');
  const key = safely(() => fromBase64(rest.join('+')));
  if (end < 0 || key?.length !== 33 || key[0] !== 1) throw new BulletinError('malformed');
  const text = note.slice(0, end + 1);
  const id = sha256(joined(utf8.encode(`${name}\n`), key)).subarray(0, 4);
  const signed = note.slice(end + 2).split('\n').some((line) => {
    const [dash, signer, base64 = ''] = line.split(' ');
    const signature = dash === '—' && signer === name ? safely(() => fromBase64(base64)) : undefined;
    return signature?.length === 68 && equal(signature.subarray(0, 4), id)
      && safely(() => ed25519.verify(signature.subarray(4), utf8.encode(text), key.subarray(1))) === true;
  });
  if (!signed) throw new BulletinError('signature');
  const lines = text.split('\n');
  if (lines[0] !== 'cordon bulletin v1') throw new BulletinError('malformed');
  const words = (name: string): string[][] => lines.map((line) => line.split(' ')).filter(([first]) => first === name);
  const time = Date.parse(words('time')[0]?.[1] ?? '');
  if (Number.isNaN(time)) throw new BulletinError('malformed');
  const keys = words('oprf').map(([, named = '', base64 = '']) => {
    const found = safely(() => fromBase64(base64));
    if (found?.length !== 32 || keyId(found) !== named) throw new BulletinError('malformed');
    return found;
  });
  return { time, keys, files: new Map(words('file').map(([, name = '', hash = '']) => [name, hash])) };
}

function safely<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

// ---- answers ----

export interface Answer {
  evaluated: Uint8Array;
  proof: Uint8Array;
  /** As keyId gives it. */
  key: string;
  /** When the table was made, milliseconds since 1970. */
  time: number;
  payloadSize: number;
  slots: Uint8Array;
}

/** Takes an answer of /check or /receipt apart. Throws BulletinError `malformed`. */
export function answerRead(bytes: Uint8Array): Answer {
  if (bytes.length < HEAD) throw new BulletinError('malformed');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const slots = view.getUint32(112, true);
  const payloadSize = view.getUint16(116, true);
  const time = view.getUint32(104, true) + view.getUint32(108, true) * 2 ** 32;
  if ((payloadSize !== CHECK && payloadSize !== RECEIPT) || view.getUint16(118, true) !== 0 || slots > SLOTS_MAX
    || !Number.isSafeInteger(time) || bytes.length !== HEAD + slots * (TAG + payloadSize)) throw new BulletinError('malformed');
  return {
    evaluated: bytes.slice(0, 32), proof: bytes.slice(32, 96), key: hex(bytes.subarray(96, 104)), time, payloadSize, slots: bytes.slice(HEAD),
  };
}

/** The payload of the x that `output` is F of, or null where the bucket has none. */
export function slotFind(answer: Answer, output: Uint8Array): Uint8Array | null {
  const time = new Uint8Array(8);
  const view = new DataView(time.buffer);
  view.setUint32(0, answer.time % 2 ** 32, true);
  view.setUint32(4, Math.floor(answer.time / 2 ** 32), true);
  const mask = sha512(joined(utf8.encode('cordon slot v1|'), output, time));
  const size = TAG + answer.payloadSize;
  let found: Uint8Array | null = null;
  for (let at = 0; at < answer.slots.length; at += size) {
    if (equal(answer.slots.subarray(at, at + TAG), mask.subarray(0, TAG))) {
      found = answer.slots.slice(at + TAG, at + size).map((byte, i) => byte ^ (mask[TAG + i] ?? 0));
    }
  }
  return found;
}

// ---- payloads ----

export interface Check {
  verdict: 'confirmed' | 'reported' | 'official';
  /** Independent reports of what is reported: at least so many. */
  from: 3 | 10 | 100;
  /** Confirmed since, first reported, or contact checked. */
  year: number;
  month: number;
  /** Two small letters, or empty. */
  country: string;
  /** Row of data/awareness/authorities.tsv, 0: none. */
  authority: number;
}

function country(first: number, second: number): string {
  if (first === 0 && second === 0) return '';
  if (first < 1 || first > 26 || second < 1 || second > 26) throw new BulletinError('malformed');
  return String.fromCharCode(96 + first, 96 + second);
}

/** Throws BulletinError `malformed`. */
export function checkUnpack(payload: Uint8Array): Check {
  if (payload.length !== CHECK) throw new BulletinError('malformed');
  const v = new DataView(payload.buffer, payload.byteOffset, CHECK).getUint32(0, true);
  const verdict = ([undefined, 'confirmed', 'reported', 'official'] as const)[v & 7];
  const from = ([3, 10, 100] as const)[(v >>> 3) & 3];
  const months = (v >>> 5) & 511;
  if (verdict === undefined || from === undefined || (verdict !== 'reported' && from !== 3)) throw new BulletinError('malformed');
  return {
    verdict, from, year: MONTHS_FROM + Math.floor(months / 12), month: 1 + (months % 12),
    country: country((v >>> 19) & 31, (v >>> 14) & 31), authority: v >>> 24,
  };
}

export interface Receipt {
  /** Row of data/awareness/states.tsv. */
  state: number;
  flags: number;
  country: string;
  /** Of the last act, milliseconds since 1970 at the day's beginning. */
  day: number;
  /** 0: none. */
  campaign: number;
  /** Reports of that campaign, 65,535 and more being 65,535. */
  others: number;
  /** Row of data/awareness/reasons.tsv. */
  reason: number;
}

/** Throws BulletinError `malformed`. */
export function receiptUnpack(payload: Uint8Array): Receipt {
  if (payload.length !== RECEIPT) throw new BulletinError('malformed');
  const view = new DataView(payload.buffer, payload.byteOffset, RECEIPT);
  const [first, second] = [view.getUint8(2), view.getUint8(3)];
  if (payload[13] || payload[14] || payload[15]) throw new BulletinError('malformed');
  return {
    state: view.getUint8(0), flags: view.getUint8(1), country: country(first && first - 96, second && second - 96),
    day: Date.UTC(MONTHS_FROM, 0, 1) + view.getUint16(4, true) * 86_400_000, campaign: view.getUint32(6, true), others: view.getUint16(10, true),
    reason: view.getUint8(12),
  };
}
