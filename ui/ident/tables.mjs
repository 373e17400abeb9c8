// The tables of data/ as the modules here want them; build.mjs puts them in, and the test does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const tableFiles = ['phone_plans', 'ident/bank_words', 'ident/banks', 'ident/digits', 'ident/iban', 'ident/links', 'ident/schemes', 'ident/services', 'ident/shared_hosts',
  'ident/suffixes'];

/** Rows of a table, only the columns named, joined: fields by a tab, rows by a line end. */
function rows(data, name, columns) {
  const [head, ...lines] = readFileSync(join(data, `${name}.tsv`), 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
  const places = columns.map((column) => head.indexOf(column));

  if (places.includes(-1)) throw new Error(`data/${name}.tsv has other columns`);
  return lines.map((fields) => places.map((place) => fields[place]));
}

const text = (data, name, columns) => rows(data, name, columns).map((fields) => fields.join('\t')).join('\n');

function identTables(data) {
  const suffixes = {};

  for (const [top, list] of rows(data, 'ident/suffixes', ['top', 'rules'])) suffixes[top] = suffixes[top] ? `${suffixes[top]} ${list}` : list;
  return {
    plans: text(data, 'phone_plans', ['country', 'code', 'trunk', 'abroad', 'min', 'max', 'numbers', 'bare']),
    bankWords: text(data, 'ident/bank_words', ['word']),
    banks: text(data, 'ident/banks', ['country', 'bank', 'aliases', 'code', 'min', 'max']),
    digits: text(data, 'ident/digits', ['zero']),
    iban: text(data, 'ident/iban', ['country', 'len']),
    links: text(data, 'ident/links', ['host', 'path', 'query', 'service', 'prefix', 'letters', 'none']),
    services: text(data, 'ident/services', ['service', 'aliases', 'form', 'min', 'max', 'first', 'marks', 'dropped', 'at']),
    shared: text(data, 'ident/shared_hosts', ['host', 'parts', 'query', 'hides', 'letters']),
    suffixes: Object.entries(suffixes).map((entry) => entry.join('\t')).join('\n'),
  };
}

/** What esbuild defines for the modules here. */
export const identDefines = (data) => ({ IDENT_TABLES: JSON.stringify(identTables(data)), IDENT_SCHEMES: JSON.stringify(text(data, 'ident/schemes', ['scheme', 'kind', 'ends'])) });
