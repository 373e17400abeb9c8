// Asking a table without showing the question: RFC 9497, VOPRF, ristretto255-SHA512, by @noble/curves. docs/formats/bulletin.md.
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import { answerRead, bucketOf, BulletinError, keyId, slotFind } from './bulletin';

/** What the asker keeps until the answer is there. */
export interface Question {
  x: Uint8Array;
  blind: Uint8Array;
  blinded: Uint8Array;
  /** What is sent: 34 bytes, the same length whatever is asked. */
  body: Uint8Array;
}

/** What the table says: its payload, or null where it has nothing; and when it was made. */
export interface Found {
  payload: Uint8Array | null;
  time: number;
}

/** A question for x, "type|value" in its one form, with fresh randomness. Cost: some milliseconds on a weak telephone. */
export function ask(x: string): Question {
  const bytes = new TextEncoder().encode(x);
  const { blind, blinded } = ristretto255_oprf.voprf.blind(bytes);
  const body = new Uint8Array(2 + blinded.length);
  new DataView(body.buffer).setUint16(0, bucketOf(x), true);
  body.set(blinded, 2);
  return { x: bytes, blind, blinded, body };
}

/** Reads the answer. `keys` are those of the signed bulletin: an answer under another key, made for one asker perhaps, is refused.
 *  Throws BulletinError `malformed`, `key` or `proof`. */
export function answer(question: Question, bytes: Uint8Array, keys: Uint8Array[]): Found {
  const read = answerRead(bytes);
  const key = keys.find((one) => keyId(one) === read.key);
  if (key === undefined) throw new BulletinError('key');
  let output: Uint8Array;
  try {
    output = ristretto255_oprf.voprf.finalize(question.x, question.blind, read.evaluated, question.blinded, key, read.proof);
  } catch {
    throw new BulletinError('proof');
  }
  return { payload: slotFind(read, output), time: read.time };
}
