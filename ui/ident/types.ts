/** What is asked, and what comes of it: the same as src/ident/asked.h, which says what each means. */
export type Kind = 'phone' | 'url' | 'bank' | 'handle' | 'wallet';

export interface Query {
  text: string;
  kind?: Kind;
  country?: string;
  bank?: string;
  service?: string;
}

export interface Asked {
  kind: Kind;
  x: string;
  shown: string;
  /** A weak second form, or empty: equal ones are only similar. */
  similar: string;
  warnings: string[];
}

/** Why it cannot be read: a word of docs/identifiers.md. */
export class Refusal extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export const sizeMax = 1024; // of x, with the NUL it has in C

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

export function answer(kind: Kind, x: string, shown: string, similar = '', warnings: string[] = []): Asked {
  if (bytesOf(x) >= sizeMax || bytesOf(shown) >= sizeMax || bytesOf(similar) >= sizeMax) throw new Refusal('identifier-long');
  return { kind, x, shown, similar, warnings };
}

declare const IDENT_TABLES: Record<'plans' | 'bankWords' | 'banks' | 'digits' | 'iban' | 'links' | 'services' | 'shared' | 'suffixes', string>;

export function table(name: keyof typeof IDENT_TABLES): string[][] {
  return IDENT_TABLES[name].split('\n').map((line) => line.split('\t'));
}

/** A field of a row that the build has checked is there. */
export function field(row: string[], place: number): string {
  return row[place] ?? '';
}
