/** Accounts of messengers and networks: the same as src/ident/asked_handle.c. */
import { phone } from './phone';
import { isMark, trim } from './text';
import { answer, Asked, bytesOf, field, Query, Refusal, table } from './types';

const nameMax = 64;

export interface Service {
  service: string;
  aliases: string[];
  form: string;
  min: number;
  max: number;
  first: string;
  marks: string;
  dropped: string;
  at: string;
}

const services: Service[] = table('services').map((row) => ({ service: field(row, 0), aliases: field(row, 1).split('|'), form: field(row, 2),
  min: Number(field(row, 3)), max: Number(field(row, 4)), first: field(row, 5), marks: field(row, 6), dropped: field(row, 7), at: field(row, 8) }));

/** By a name or alias: "Kakao Talk" is kakaotalk. */
export function serviceFind(name: string): Service | undefined {
  let folded = '';

  for (const c of name) {
    if (isMark(c)) continue;
    if (bytesOf(folded) + 4 > nameMax) return undefined;
    folded += c.replace(/[A-Z]/, (l) => l.toLowerCase());
  }
  return folded ? services.find((s) => s.aliases.includes(folded)) : undefined;
}

/** The same of a word that may end with one, in scripts that write words in one go: 加微信. */
export function serviceBehind(word: string): Service | undefined {
  return serviceFind(word) ?? services.find((s) => s.aliases.some((alias) => alias.charCodeAt(0) >= 0x80 && word.length > alias.length && word.endsWith(alias)));
}

/** "telegram: name", "카카오톡 name": the service it begins with, and the rest. */
export function serviceBefore(plain: string): { service: Service; name: string } | undefined {
  const colon = plain.indexOf(':');
  let found: { service: Service; name: string } | undefined;

  if (colon >= 0) {
    const service = serviceFind(plain.slice(0, colon));
    return service && { service, name: trim(plain.slice(colon + 1)) };
  }
  for (let i = plain.indexOf(' '); i >= 0 && bytesOf(plain.slice(0, i)) < nameMax; i = plain.indexOf(' ', i + 1)) {
    const service = serviceFind(plain.slice(0, i));
    if (service) found = { service, name: trim(plain.slice(i)) };
  }
  return found;
}

/** Small letters; what does not tell two names apart is left out. */
function nameTake(service: Service, given: string): string {
  let name = given.startsWith('@') && service.at === 'part' ? '@' : '';

  for (const c of given.replace(/^@/, '').replace(/[A-Z]/g, (l) => l.toLowerCase())) {
    if (service.dropped.includes(c)) continue;
    if (!/[0-9]/.test(c) && (service.form === 'digits' || !(/[a-z]/.test(c) || service.marks.includes(c)))) throw new Refusal('handle-shape');
    name += c;
  }
  if (name.length < service.min || name.length > service.max || (service.first !== 'any' && !/^[a-z]/.test(name))) throw new Refusal('handle-shape');
  return name;
}

/** What is drawn alike, or left out in haste: 0 o, 1 i l, rn m, vv w; _ . - */
function skeleton(name: string): string {
  let out = '';

  for (const c of name.replace(/[_.-]/g, '').replace(/0/g, 'o').replace(/[1i]/g, 'l')) {
    if (c === 'n' && out.endsWith('r')) out = `${out.slice(0, -1)}m`;
    else if (c === 'v' && out.endsWith('v')) out = `${out.slice(0, -1)}w`;
    else out += c;
  }
  return out;
}

export function handleOf(service: Service, given: string, query: Pick<Query, 'country'>): Asked {
  const other = serviceFind(service.form);

  if (service.form === 'phone') return phone(given, query);
  if (service.form !== 'name' && service.form !== 'digits' && other) return handleOf(other, given, query);
  const name = nameTake(service, given);
  const like = /^[0-9]+$/.test(name) ? '' : skeleton(name);
  return answer('handle', `handle|${service.service}:${name}`, `${service.service} ${service.at === 'shown' ? '@' : ''}${name}`,
    like && `handle-like|${service.service}:${like}`);
}

/** With no service named, @name is one of Telegram's: there names are written so. */
export function handle(plain: string, query: Query): Asked {
  const before = serviceBefore(plain);
  const asked = query.service ? serviceFind(query.service) : undefined;

  if (query.service && !asked) throw new Refusal('service-needed');
  const service = asked ?? before?.service ?? (plain.startsWith('@') ? serviceFind('telegram') : undefined);
  if (!service) throw new Refusal('service-needed');
  return handleOf(service, before?.service === service ? before.name : plain, query);
}
