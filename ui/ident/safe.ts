/** Parts of addresses as Safe Browsing writes them: the same as in src/ident/url_safe.c. Text stands for bytes, a character each. */
export const unescapeOnce = (text: string): string => text.replace(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

export function unescapeAll(text: string): string {
  let now = text;

  for (let round = 0; round < 1024; round += 1) {
    const next = unescapeOnce(now);
    if (next.length === now.length) break;
    now = next;
  }
  return now;
}

export const escapeSafe = (text: string): string =>
  text.replace(/[\0- #%\x7f-\xff]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** "//", "/./" and "/../" gone; takes an unescaped path. */
export function pathClean(path: string): string {
  const parts = path ? path.split('/') : [];
  const last = parts[parts.length - 1];
  const kept: string[] = [];

  for (const part of parts) {
    if (part === '..') kept.pop();
    else if (part && part !== '.') kept.push(part);
  }
  const slash = last === undefined || last === '' || last === '.' || last === '..';
  return escapeSafe(kept.map((part) => `/${part}`).join('') + (slash ? '/' : ''));
}

export const safePath = (path: string): string => pathClean(unescapeAll(path));
