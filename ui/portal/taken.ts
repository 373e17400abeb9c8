// The list that a browser keeps to check without a network: taken when somebody asks for it, kept fresh whenever this page is seen with a
// network, removed on request. It is believed by the hub's signature, each time it is read.
import { sha256 } from '@noble/hashes/sha2.js';
import { BulletinError, hex, noteRead, type Note } from './bulletin';
import { packRead, type Pack } from './pack';

const CACHE = 'check';
const NOTE = '/bulletin';
const PACK = '/pack';
const WORKER = '/n.js';

export interface Taken {
  pack: Pack;
  /** When the hub made it, milliseconds since 1970. */
  time: number;
}

/** A browser that can keep pages, over a connection where it does. */
export function canTake(): boolean {
  return 'serviceWorker' in navigator && 'caches' in globalThis;
}

async function bytes(response: Response): Promise<Uint8Array> {
  if (!response.ok) throw new Error(`${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function packOf(note: Note, file: Uint8Array): Pack {
  if (hex(sha256(file)) !== note.files.get('pack')) throw new BulletinError('malformed');
  return packRead(file);
}

/** The list that this device has, or null: none, or one that is not the hub's. */
export async function taken(vkey: string): Promise<Taken | null> {
  if (!canTake() || !(await caches.has(CACHE))) return null;
  const cache = await caches.open(CACHE);
  const [note, pack] = [await cache.match(NOTE), await cache.match(PACK)];
  if (!note || !pack) return null;
  try {
    const read = noteRead(await note.text(), vkey);
    return { pack: packOf(read, await bytes(pack)), time: read.time };
  } catch {
    return null;
  }
}

/** Takes the list along, with this page and what it needs; or what is newer of it than what is here. Throws where there is no network, or where
 *  what came is not the hub's. */
export async function take(vkey: string): Promise<Taken> {
  const text = await (await fetch(NOTE, { credentials: 'omit' })).text();
  const note = noteRead(text, vkey);
  const here = await taken(vkey);
  // An older one, or that of now from this device itself.
  if (here && note.time <= here.time) return here;
  const file = await bytes(await fetch(PACK, { credentials: 'omit' }));
  const pack = packOf(note, file);
  const cache = await caches.open(CACHE);
  const needs = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet], link[rel=icon], link[rel=preload]')].map((link) => link.href)
    .concat([...document.querySelectorAll<HTMLScriptElement>('script[src]')].map((script) => script.src));
  await cache.addAll([location.pathname, ...needs]);
  await cache.put(PACK, new Response(file.slice().buffer as ArrayBuffer));
  await cache.put(NOTE, new Response(text));
  await navigator.serviceWorker.register(WORKER, { scope: location.pathname });
  return { pack, time: note.time };
}

/** Nothing of it stays on this device. */
export async function drop(): Promise<void> {
  await caches.delete(CACHE);
  for (const one of await navigator.serviceWorker.getRegistrations()) if (/\/check$/.test(new URL(one.scope).pathname)) await one.unregister();
}
