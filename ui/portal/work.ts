// Work instead of waiting (src/portal/work.h): for each of eight pieces a number so that the hash of challenge, place and number begins with
// the bits of zero that the challenge wants.
import { sha256 } from '@noble/hashes/sha2.js';

const pieces = 8;
const challengeSize = 34;
const sliceMs = 40;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** What to send for the challenge that came with 429. The page stays alive meanwhile. */
export async function work(challenge: string): Promise<string> {
  const piece = new Uint8Array(challengeSize + 5);
  const number = new DataView(piece.buffer, challengeSize + 1);
  let done = challenge;

  piece.set(bytesOf(challenge).subarray(0, challengeSize));
  const bits = piece[1] ?? 0;
  for (let place = 0; place < pieces; place++) {
    piece[challengeSize] = place;
    for (let n = 0, until = Date.now() + sliceMs; ; n++) {
      number.setUint32(0, n, true);
      const hash = sha256(piece);
      if (new DataView(hash.buffer, hash.byteOffset).getUint32(0) >>> (32 - bits) === 0) break;
      if (n % 256 === 255 && Date.now() > until) {
        await new Promise((go) => { setTimeout(go); });
        until = Date.now() + sliceMs;
      }
    }
    done += [...piece.subarray(challengeSize + 1)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return done;
}

/** fetch, with work where the network's share is used; `say` is called before it is begun. Three times at most: what is asked may have grown meanwhile. */
export async function fetchWorking(address: string, options: RequestInit, say?: () => void): Promise<Response> {
  let reply = await fetch(address, options);

  for (let turn = 0; turn < 3 && reply.status === 429; turn++) {
    say?.();
    reply = await fetch(address, { ...options, headers: { ...options.headers, 'Cordon-Work': await work(await reply.text()) } });
  }
  return reply;
}
