/** Links and codes that are no addresses of the web: the same as src/ident/asked_scheme.c. */
declare const IDENT_SCHEMES: string; // rows of data/ident/schemes.tsv: apart from the other tables, for a script that needs these alone

export type SchemeKind = 'phone' | 'wallet' | 'email' | 'secret' | 'network' | 'card' | 'app';

export interface Scheme {
  kind: SchemeKind;
  /** What stands behind it, up to the words that may follow a number. */
  value: string;
}

const rows = IDENT_SCHEMES.split('\n').map((line) => line.split('\t'));

/** What a text begins with, or undefined: "tel:", "bitcoin:". */
export function schemeOf(plain: string): Scheme | undefined {
  const name = /^([a-z-]+):./is.exec(plain)?.[1]?.toLowerCase();
  const row = name && rows.find(([scheme]) => scheme === name);

  if (!row) return undefined;
  const [kind, ends = ''] = row.slice(1) as [SchemeKind, string?];
  const value = plain.slice(name.length + 1);
  const end = ends ? value.search(new RegExp(`[${ends}]`)) : -1;
  return { kind, value: end < 0 ? value : value.slice(0, end) };
}
