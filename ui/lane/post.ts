// The post's own interface, docs/formats/post-api.md.
import { signal } from '@preact/signals';
import { language, t } from './words';

export interface NameForm { text: string; script?: string }
export interface Traveller { names: NameForm[]; birthDate?: string; sex?: string; nationality?: string; document?: { kind?: string; number?: string; country?: string } }
export interface Check {
  id: string; result: 'pass' | 'refer' | 'stop'; quiet: boolean; act: string; title: string; text: string; guards: string[]; hit: string | null;
  traveller: Traveller; reading?: { good: boolean; bad: string[]; again: boolean; camera?: boolean };
  chip?: { result: 'valid' | 'not-checked' | 'invalid' } | null; list?: { colour: string }; bounded?: boolean;
}
export interface Officer { id: string; name: string; roles: string[] }
export interface State {
  post: { id: string; name: string; point: string };
  list: { number: number; ageMs: number; colour: 'green' | 'amber' | 'red' | 'none'; listings: number; witnessed: boolean };
  queue: { waiting: number }; online: boolean; trouble: string[]; lane: string | null; officer: Officer | null; desk: string; acknowledged: boolean;
}
export interface Candidate {
  entry: string; grade: string; names: NameForm[]; person: { properties: Record<string, string[]> };
  documents: { kind: string; number: string; country?: string }[]; measures: { kind: string; basis: string; number?: string; expiresAt?: string }[];
  reference?: string; owner: string; title: string; text: string; chancePerBillion?: number; photo?: boolean; explanations?: Finding[];
}
/** What the engine found of one property; `bits` in thousandths, below 0 against. */
export interface Finding { property: string; rule: string; bits: number; query?: string; candidate?: string }
export interface HitActOffer { act: string; needsPin: boolean; needsNote: boolean }
export interface Hit {
  id: string; state: string; at: string; lane: string; result: string; quiet: boolean; traveller: Traveller; candidates: Candidate[];
  acts: HitActOffer[]; story: { at: string; act: string; officer?: string; note?: string }[];
  partner: { is?: string; text?: string; askedAt?: string | null; dueAt?: string | null } | null; custody: { from: string; until: string } | null; desk: string; clearancePossible?: boolean;
}

export const state = signal<State | null>(null);
export const failure = signal('');

const silentMs = 8000; // then nobody waits for the post any longer

/** Throws what the post says in the reader's language, or that it says nothing. */
export async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), silentMs);
  try {
    return await asked<T>(method, path, stop.signal, body);
  } catch (error) {
    /* A browser's own words for a line that is cut are in one language and say nothing to an officer. */
    throw error instanceof TypeError || stop.signal.aborted ? new Error(t('post_silent')) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function asked<T>(method: string, path: string, stop: AbortSignal, body?: object): Promise<T> {
  const answer = await fetch(`/post/v1/${path}`, {
    method, credentials: 'same-origin', signal: stop,
    headers: { 'X-Cordon': '1', 'Accept-Language': language.value, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  const json: unknown = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error((json as { detail?: string } | null)?.detail ?? answer.statusText);
  return json as T;
}

/** What the post made out on a picture: whole lines, and the places in each that are doubtful. */
export interface Reading { lines: string[]; doubtful: number[][] }

const readingMs = 25000; // a picture takes a second; on a machine that does much else, some more

/** The answer is one event, for the post reads while it serves other lanes. */
export async function readPicture(picture: Blob, stop: AbortSignal): Promise<Reading> {
  const late = new AbortController(), timer = setTimeout(() => late.abort(), readingMs), end = (): void => late.abort();
  stop.addEventListener('abort', end);
  try {
    const answer = await fetch('/post/v1/reading', {
      method: 'POST', credentials: 'same-origin', signal: late.signal, body: picture,
      headers: { 'X-Cordon': '1', 'Accept-Language': language.value, 'Content-Type': picture.type },
    });
    const text = await answer.text();
    const [, kind, data] = answer.ok ? /event: (\w+)\ndata: (.*)/.exec(text) ?? [] : ['', 'problem', text];
    if (!kind || !data) throw new Error(t('post_silent'));
    if (kind !== 'zone') throw new Error((JSON.parse(data) as { detail: string }).detail);
    return JSON.parse(data) as Reading;
  } catch (error) {
    throw error instanceof TypeError || late.signal.aborted ? new Error(t('post_silent')) : error;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
  }
}

export async function loadState(): Promise<void> {
  try {
    state.value = await ask<State>('GET', 'state');
    failure.value = '';
  } catch (error) {
    failure.value = (error as Error).message;
  }
}

/** Practice travellers at this lane and hits of the second line, as they come. The post takes the line for the lane's that this browser is
 * when it opens it: another lane, another line. */
export function listen(onDrill: (zone: string) => void, onHit: () => void): () => void {
  const source = new EventSource('/post/v1/events');
  source.addEventListener('state', () => { void loadState(); });
  source.addEventListener('error', () => { void loadState(); });
  source.addEventListener('hit', onHit);
  source.addEventListener('drill', (event) => {
    const drill = JSON.parse((event as MessageEvent<string>).data) as { mrz?: string | string[] };
    if (drill.mrz) onDrill(Array.isArray(drill.mrz) ? drill.mrz.join('\n') : drill.mrz);
  });
  const timer = setInterval(() => { void loadState(); }, 5000);
  return () => { source.close(); clearInterval(timer); };
}
