/** Addresses on the web, parsed by the browser itself: the same as src/ident/asked_url.c. */
import { linkRead, Link, linkSchemes, queryValue } from './link';
import { punycodeDecode } from './punycode';
import { escapeSafe, safePath, unescapeAll } from './safe';
import { registrable } from './suffix';
import { answer, Asked, field, Refusal, table } from './types';

const shared = table('shared');
const hostOf = (t: string): string => t.split(/[/\\?#:]/)[0] ?? '';

/** What stands around a link in a text. */
function withoutBrackets(text: string): string {
  return text.replace(/^[(<[{"'`]+/, '').replace(/[)>\]}"'`.,;!?]+$/, '');
}

export function isHostLike(whole: string): boolean {
  const host = hostOf(withoutBrackets(whole));
  const dot = host.slice(0, -1).lastIndexOf('.');
  const last = host.slice(dot + 1);

  if (/[\0- @]/.test(host) || dot < 0) return false;
  return (last.length >= 2 || last.charCodeAt(0) >= 0x80) && !/^[0-9.]*$/.test(last);
}

const schemeOf = (t: string): string => /^([0-9A-Za-z+.-]+):\/\//.exec(t)?.[1] ?? '';

export function isUrlLike(whole: string): boolean {
  const t = withoutBrackets(whole);
  const host = hostOf(t);

  if (schemeOf(t) || /^https?:/i.test(t)) return true;
  return isHostLike(t) && (host.length < t.length || /.\.t\.me$/i.test(t));
}

/** With its scheme, for the parser. A messenger's scheme is read as a host's would be: `own` is then "tg". */
function withScheme(t: string): { address: string; own: string } {
  const scheme = schemeOf(t);
  const own = linkSchemes.has(scheme.toLowerCase()) ? scheme.toLowerCase() : '';

  if (/^(?:https?|ftp|wss?):/i.test(t)) return { address: t, own };
  if (own) return { address: `http://${t.slice(own.length + 3)}`, own };
  if (scheme || (t.indexOf(':') > 0 && !isHostLike(t))) throw new Refusal('url-scheme');
  return { address: (t.startsWith('//') ? 'http:' : 'http://') + t, own };
}

const scripts = ['Latin', 'Hangul', 'Han', 'Khmer', 'Thai', 'Lao', 'Myanmar', 'Cyrillic', 'Arabic', 'Hebrew', 'Greek', 'Armenian', 'Georgian', 'Devanagari']
  .map((name) => [name, new RegExp(`^\\p{Script=${name}}`, 'u')] as const);
function scriptOf(c: string): string {
  if (/^[\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(c)) return 'Kana';
  if (/^[\p{Script=Common}\p{Script=Inherited}]/u.test(c)) return '';
  return scripts.find(([, test]) => test.test(c))?.[0] ?? 'other';
}

/** Letters of scripts that do not stand together in one word: Latin with Han and one of kana or Hangul may. */
function mixes(label: string): boolean {
  const seen = new Set(Array.from(label, scriptOf));

  seen.delete('');
  if (seen.has('Han') || seen.has('Kana') || seen.has('Hangul')) {
    if (seen.has('Kana') && seen.has('Hangul')) return true;
    for (const script of ['Han', 'Kana', 'Latin']) seen.delete(script);
    seen.add('Hangul');
  }
  return seen.size > 1;
}

/** The host as people read it: letters beyond ASCII as they are, unless they mix. */
function show(host: string): { shown: string; warnings: string[] } {
  if (!/(?:^|\.)xn--/.test(host)) return { shown: host, warnings: [] };
  const labels = host.split('.').map((label) => (label.startsWith('xn--') ? punycodeDecode(label.slice(4)) : label));

  if (labels.includes(undefined)) throw new Refusal('url-host');
  return labels.some((label) => mixes(label ?? '')) ? { shown: host, warnings: ['punycode', 'mixed-script'] } : { shown: labels.join('.'), warnings: ['punycode'] };
}

/** The row with the longest host. */
function sharedFind(host: string): string[] | undefined {
  let found: string[] | undefined;

  for (const row of shared) {
    const name = field(row, 0);
    const fits = name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name || host.endsWith(`.${name}`);
    if (fits && (!found || name.length > field(found, 0).length)) found = row;
  }
  return found;
}

/** Host, so many parts of the path, and one field of the query. */
function sharedWrite(row: string[], link: Link, shown: string, warnings: string[]): Asked {
  const host = field(row, 0).startsWith('*.') ? link.host : field(row, 0);
  const value = field(row, 2) ? queryValue(link.query, field(row, 2)) : undefined;
  let tail = link.path.slice(0, Number(field(row, 1))).map((part) => `/${part}`).join('');

  if (value !== undefined) tail += `?${field(row, 2)}=${value}`;
  if (field(row, 4) === 'fold') tail = tail.toLowerCase();
  if (field(row, 3) === 'y') warnings.push('hides-destination');
  if (tail) warnings.push('shared-host');
  return answer('url', `url|${host}${tail}`, tail ? host + tail : shown, '', warnings);
}

function parse(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw new Refusal('url-host');
  }
}

export function url(whole: string): Asked {
  const { address, own } = withScheme(withoutBrackets(whole));
  const parsed = parse(address);
  const host = parsed.hostname.replace(/\.+$/, '');
  const parts = (path: string): string[] => path.split('/').filter(Boolean);
  const link: Link = { host: own ? `${own}:${host}` : host, path: parts(safePath(parsed.pathname)), query: parsed.search.slice(1),
    fragment: parts(escapeSafe(unescapeAll(parsed.hash.slice(1)))) };
  const account = linkRead(link);
  const userinfo = parsed.username || parsed.password ? ['userinfo'] : [];

  if (account) return account;
  if (own) throw new Refusal('url-scheme');
  if (!host) throw new Refusal('url-host');
  if (/^\[|^[0-9]+(?:\.[0-9]+){3}$/.test(host)) return answer('url', `url|${host}`, host, '', [...userinfo, 'ip-address']);
  if (!host.includes('.') || /^\.|\.\./.test(host)) throw new Refusal('url-host');
  const { shown, warnings } = show(host);
  const row = sharedFind(host);
  warnings.push(...userinfo);
  return row ? sharedWrite(row, link, shown, warnings) : answer('url', `url|${registrable(host)}`, shown, '', warnings);
}
