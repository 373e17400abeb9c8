// Asks the hub. Adds what every request wants, and asks the officer where the hub asks for him: to prove anew who he is, or
// to say why he looks. A request that was refused for that is sent again when he did.
import { language } from '../../kit/i18n';
import { t } from '../../kit/i18n';

export class Problem extends Error {
  constructor(readonly status: number, readonly reason: string, detail: string, readonly field?: string) {
    super(detail);
  }
}

export interface Asked {
  body?: unknown;
  file?: Blob;
  type?: string;
  query?: Record<string, string | number | undefined>;
  version?: number | undefined;
  /** Asked by the page itself: the session is not used by it. */
  quiet?: boolean;
  /** The reason for this request alone, where one that was given before does not do. */
  purpose?: string | undefined;
}

/** What the console does when the hub wants something of the officer. Each gives false when he would not. */
export interface Helper {
  signIn: () => void;
  proveAnew: () => Promise<boolean>;
  purpose: () => Promise<string | null>;
}

let helper: Helper | null = null;
let purpose: string | null = null;

export function setHelper(given: Helper): void {
  helper = given;
}

/** The reason that goes with the next requests, or null. */
export function setPurpose(given: string | null): void {
  purpose = given;
}

/** A key that no other request has; repeating a request with it does nothing twice. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, '0')).join('');
}

export function pathOf(path: string, query?: Asked['query']): string {
  const parts = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  const search = parts.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return `/api/v1${path}${search ? `?${search}` : ''}`;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as { reason?: string; detail?: string; title?: string; field?: string };
    return new Problem(response.status, body.reason ?? '', body.detail ?? body.title ?? t('failed'), body.field);
  } catch {
    return new Problem(response.status, '', t('failed'));
  }
}

async function once(method: string, path: string, asked: Asked, key: string): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': language.value };
  const init: RequestInit = { method, headers, credentials: 'same-origin' };

  if (method !== 'GET') {
    headers['X-Cordon'] = '1';
    if (method === 'POST') headers['Idempotency-Key'] = key;
  }
  if (asked.quiet) headers['X-Quiet'] = '1';
  const why = asked.purpose ?? purpose;
  if (why) headers['X-Purpose'] = encodeURIComponent(why);
  if (asked.version !== undefined) headers['If-Match'] = `"${asked.version}"`;
  if (asked.file) {
    headers['Content-Type'] = asked.type ?? 'application/octet-stream';
    init.body = asked.file;
  } else if (asked.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(asked.body);
  }
  try {
    return await fetch(pathOf(path, asked.query), init);
  } catch {
    throw new Problem(0, 'unreachable', t('unreachable'));
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

async function answered(method: Method, path: string, asked: Asked): Promise<Response> {
  const key = newKey();

  for (let attempt = 0; ; attempt += 1) {
    const response = await once(method, path, asked, attempt ? newKey() : key);
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (attempt > 2 || !helper) throw problem;
    if (problem.reason === 'prove-anew' && (await helper.proveAnew())) continue;
    if (problem.reason === 'purpose-missing' && asked.purpose === undefined) {
      const given = await helper.purpose();
      if (given) {
        purpose = given;
        continue;
      }
    }
    if (problem.status === 401 && problem.reason !== 'prove-anew' && !path.startsWith('/session')) helper.signIn();
    throw problem;
  }
}

/** Fails with a Problem whose message is the hub's own sentence in the officer's language. */
export async function ask<T>(method: Method, path: string, asked: Asked = {}): Promise<T> {
  const response = await answered(method, path, asked);
  const text = response.status === 204 ? '' : await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** A picture as the address of an <img>, asked for as everything else is: with the reason where one is needed. */
export async function picture(path: string, why?: string): Promise<string> {
  const bytes = await (await answered('GET', path, { purpose: why })).blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => { resolve(reader.result as string); };
    reader.onerror = () => { reject(new Problem(0, '', t('failed'))); };
    reader.readAsDataURL(bytes);
  });
}

/** A file to be saved under the name that the hub gives it; it is not opened. */
export async function file(path: string, why?: string): Promise<void> {
  const response = await answered('GET', path, { purpose: why });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'file';
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 60_000);
}

export const get = <T>(path: string, query?: Asked['query'], quiet = false): Promise<T> =>
  ask<T>('GET', path, { quiet, ...(query ? { query } : {}) });
export const post = <T>(path: string, body?: unknown, asked: Asked = {}): Promise<T> => ask<T>('POST', path, { ...asked, body: body ?? {} });
