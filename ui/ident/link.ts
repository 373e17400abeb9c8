/** Addresses that stand for somebody's account: the same as src/ident/asked_link.c. */
import { handleOf, serviceFind } from './handle';
import { phone } from './phone';
import { escapeSafe, unescapeAll } from './safe';
import { answer, Asked, field, Refusal, table } from './types';

export interface Link {
  host: string;
  path: string[];
  query: string;
  /** Behind #, as the path. */
  fragment: string[];
}

const links = table('links');

/** Schemes that are an app's own: "tg". */
export const linkSchemes = new Set(links.flatMap((row) => field(row, 0).split('|')).filter((host) => host.includes(':')).map((host) => host.replace(/:.*/, '')));

/** The value of one field, unescaped and escaped once. */
export function queryValue(query: string, name: string): string | undefined {
  const found = query.split('&').find((part) => part.startsWith(`${name}=`));

  return found === undefined ? undefined : escapeSafe(unescapeAll(found.slice(name.length + 1)));
}

/** undefined: it does not fit; else the name that "{}." takes, or ''. */
function hostFits(hosts: string, host: string): string | undefined {
  for (const pattern of hosts.split('|')) {
    const tail = pattern.slice(2);

    if (pattern.startsWith('{}')) {
      const name = host.slice(0, Math.max(0, host.length - tail.length));
      if (name && host.endsWith(tail) && !name.includes('.')) return name;
    } else if (pattern.startsWith('*.') ? host === tail || host.endsWith(pattern.slice(1)) : host === pattern || host === `www.${pattern}`) {
      return '';
    }
  }
  return undefined;
}

function pathFits(pattern: string, path: string[], before: string): string | undefined {
  let name = before;

  for (const [n, want] of pattern.split('/').filter(Boolean).entries()) {
    const part = path[n];
    const hole = want.indexOf('{');

    if (part === undefined) return undefined;
    if (hole >= 0) {
      if (!part.startsWith(want.slice(0, hole)) || part.length === hole) return undefined;
      name = part.slice(hole);
    } else if (want !== '*' && want !== part) {
      return undefined;
    }
  }
  return name;
}

function nameOf(row: string[], name: string): Asked | undefined {
  const [service, prefix, letters, none] = [3, 4, 5, 6].map((n) => field(row, n)) as [string, string, string, string];
  const lower = name.replace(/[A-Z]/g, (c) => c.toLowerCase());

  if (none && none.split('|').includes(lower)) return undefined;
  if (service === 'phone') return /^\+?[0-9]*$/.test(name) ? phone(`+${name.replace('+', '')}`, {}) : undefined;
  if (prefix && prefix !== '@') {
    if (!/^[0-9A-Za-z_-]{3,64}$/.test(name)) return undefined;
    const kept = prefix + (letters === 'fold' ? lower : name);
    return answer('handle', `handle|${service}:${kept}`, `${service} ${kept}`);
  }
  const found = serviceFind(service);
  return found && handleOf(found, prefix + name, {});
}

function rowFits(row: string[], link: Link): Asked | undefined {
  const host = hostFits(field(row, 0), link.host);
  const path = field(row, 1);
  const parts = path.startsWith('#') ? link.fragment : link.path;
  let name = host === undefined ? undefined : pathFits(path.replace(/^#/, ''), parts, host);

  if (name !== undefined && field(row, 2)) name = queryValue(link.query, field(row, 2));
  if (name === undefined) return undefined;
  try {
    return nameOf(row, name);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

export function linkRead(link: Link): Asked | undefined {
  for (const row of links) {
    const asked = rowFits(row, link);
    if (asked) return asked;
  }
  return undefined;
}
