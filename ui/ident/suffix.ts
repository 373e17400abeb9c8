/** Where the part of a domain begins that somebody can register: the same as src/ident/suffix.c. */
import { field, table } from './types';

const rules = new Map(table('suffixes').map((row) => [field(row, 0), field(row, 1)]));

/** "a.b.github.io" -> "b.github.io"; the host itself where it is a suffix or one label. */
export function registrable(host: string): string {
  const labels = host.split('.');
  const top = labels.pop() ?? '';
  const listed = new Set((rules.get(top) ?? '').split(' '));
  let count = 0;

  for (let n = 1; n <= labels.length; n += 1) {
    const name = labels.slice(-n).join('.');

    if (listed.has(`!${name}`)) {
      count = n - 1;
      break;
    }
    if (listed.has(name) || listed.has(['*', ...labels.slice(-n).slice(1)].join('.'))) count = n;
  }
  return [...labels.slice(-count - 1), top].join('.');
}

const tops = new Set((rules.get('.') ?? '').split(' '));
export const isTop = (name: string): boolean => tops.has(name);
