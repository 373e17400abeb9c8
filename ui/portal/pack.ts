// A list that was taken along, asked without a network: the reader of src/bulletin/pack.c. docs/formats/bulletin.md.
// Source: Graf and Lemire, Binary Fuse Filters, ACM Journal of Experimental Algorithmics 27, 2022.
import { sha256 } from '@noble/hashes/sha2.js';
import { BulletinError } from './bulletin';

const MAGIC = 'CORDONPK';
const HEAD = 24;
const CELLS_MAX = 2 ** 21; // a product with 32 bits stays exact

export interface Pack {
  seed: number;
  /** A segment has 2^bits cells; x may begin in `segments` of them. */
  bits: number;
  segments: number;
  /** How many are in it. */
  count: number;
  cells: Uint8Array;
}

/** Throws BulletinError `malformed`. */
export function packRead(file: Uint8Array): Pack {
  if (file.length < HEAD || String.fromCharCode(...file.subarray(0, 8)) !== MAGIC) throw new BulletinError('malformed');
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const bits = view.getUint8(9);
  const segments = view.getUint32(16, true);
  const size = (segments + 2) * 2 ** bits;
  if (view.getUint8(8) !== 1 || view.getUint16(10, true) !== 0 || bits < 3 || bits > 18 || segments === 0 || size > CELLS_MAX || file.length !== HEAD + size) {
    throw new BulletinError('malformed');
  }
  return { seed: view.getUint32(12, true), bits, segments, count: view.getUint32(20, true), cells: file.subarray(HEAD) };
}

/** Whether x is of those that can be in a pack: a wallet, or a domain as such. */
export function packTakes(x: string): boolean {
  return x.startsWith('wallet|') || (x.startsWith('url|') && !x.includes('/'));
}

/** x is in it, or looks so: one in 256 of those that are not. */
export function packHas(pack: Pack, x: string): boolean {
  if (pack.count === 0 || !packTakes(x)) return false;
  const seed = new Uint8Array(4);
  new DataView(seed.buffer).setUint32(0, pack.seed, true);
  const utf8 = new TextEncoder();
  const hash = sha256.create().update(utf8.encode('cordon pack v1|')).update(seed).update(utf8.encode(x)).digest();
  const view = new DataView(hash.buffer, hash.byteOffset, hash.length);
  const size = 2 ** pack.bits;
  const first = Math.floor((view.getUint32(0, true) * pack.segments * size) / 2 ** 32);
  const cell = (at: number): number => pack.cells[at] ?? 0;
  return (cell(first) ^ cell((first + size) ^ (view.getUint32(4, true) & (size - 1))) ^ cell((first + 2 * size) ^ (view.getUint32(8, true) & (size - 1)))) === view.getUint8(12);
}
