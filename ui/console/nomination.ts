// What a nomination's form says, as the hub wants it. A correction starts from the entry: what the officer left as it was goes back
// exactly as it came, with everything that no field shows.
import type { Answers } from '../kit/form';
import { rowsOf } from '../kit/rows';
import type { Document, Entry, Measure } from './api/types';

type Properties = Record<string, string[]>;
export interface Detail { property: string; value: string }

/** Properties with fields of their own: those of which each value is a line, and those whose first value has a field. */
const listed = ['name', 'alias'];
const single = ['birthDate', 'nationality', 'gender', 'phone'];
const numbers: Record<string, string> = { passport: 'passportNumber', 'identity-card': 'idNumber' };

/** Fields turn ends of lines and outer spaces into their own; that is no change. */
const plain = (text: string | undefined): string => (text ?? '').replace(/\r\n?/g, '\n').trim();
const left = (answer: string | undefined, before: string | undefined): string => (before !== undefined && plain(answer) === plain(before) ? before : plain(answer));
const lines = (text: string | undefined): string[] => plain(text).split('\n').map((each) => each.trim()).filter(Boolean);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Every value that has no other field. */
export function detailsOf(entry: Entry | null): Detail[] {
  return Object.entries(entry?.person.properties ?? {}).flatMap(([property, values]) => {
    if (listed.includes(property) || Object.values(numbers).includes(property)) return [];
    return values.slice(single.includes(property) ? 1 : 0).map((value) => ({ property, value }));
  });
}

/** The documents, and the numbers of the person that no document has. */
export function documentsOf(entry: Entry | null): Document[] {
  const known = entry?.documents ?? [];
  const more = Object.entries(numbers).flatMap(([kind, property]) => (entry?.person.properties[property] ?? []).map((number) => ({ kind, number })));
  return [...known, ...more.filter((each) => !known.some((other) => other.number === each.number))];
}

/** Those that were not ended. */
export function measuresOf(entry: Entry | null): Measure[] {
  return entry?.measures.filter((each) => !each.endedAt) ?? [];
}

function documentsFrom(answers: Answers, entry: Entry | null): { documents: Document[]; unchanged: boolean } {
  const before = documentsOf(entry);
  const documents = rowsOf(answers, 'document').filter(({ fields }) => fields['number']).map(({ place, fields }) => {
    const number = left(fields['number'], before[place]?.number);
    return { kind: fields['kind'] ?? 'other', number, ...(fields['country'] ? { country: fields['country'] } : {}) };
  });
  const unchanged = same(documents, before.map(({ kind, number, country }) => ({ kind, number, ...(country ? { country } : {}) })));
  return unchanged && entry ? { documents: entry.documents ?? [], unchanged } : { documents, unchanged };
}

/** Null where all stand as they stood: measures that are sent replace those that are. */
function measuresFrom(answers: Answers, entry: Entry | null): Omit<Measure, 'id'>[] | null {
  const before = measuresOf(entry);
  const measures = rowsOf(answers, 'measure').map(({ place, fields }) => {
    const was = before[place];
    const ends = fields['ends'] && (was?.expiresAt?.slice(0, 10) === fields['ends'] ? was.expiresAt : `${fields['ends']}T00:00:00Z`);
    return { kind: fields['kind'], basis: fields['basis'], ...(fields['number'] ? { number: left(fields['number'], was?.number) } : {}),
      ...(fields['issuer'] ? { issuer: left(fields['issuer'], was?.issuer) } : {}), ...(was?.from ? { from: was.from } : {}), ...(ends ? { expiresAt: ends } : {}) } as Measure;
  });
  const stood = before.map(({ kind, basis, number, issuer, from, expiresAt }) => ({ kind, basis, ...(number ? { number } : {}), ...(issuer ? { issuer } : {}),
    ...(from ? { from } : {}), ...(expiresAt ? { expiresAt } : {}) }));
  return entry && same(measures, stood) ? null : measures;
}

function propertiesFrom(answers: Answers, entry: Entry | null, documents: Document[] | null): Properties {
  const before = entry?.person.properties ?? {};
  const stood = detailsOf(entry);
  const details = rowsOf(answers, 'detail').map(({ place, fields }) => ({ property: fields['property'] ?? '', value: left(fields['value'], stood[place]?.value) }));
  const properties: Properties = {};
  const names = new Set([...Object.keys(before), ...listed, ...single, ...Object.values(numbers), ...details.map((each) => each.property)]);

  for (const name of names) {
    const was = before[name] ?? [];
    let values = details.filter((each) => each.property === name && each.value).map((each) => each.value);
    if (listed.includes(name)) {
      const now = lines(answers[name]);
      values = [...(same(now, lines(was.join('\n'))) ? was : now), ...values];
    } else if (single.includes(name)) {
      const now = left(answers[name], was[0]);
      values = now ? [now, ...values] : values;
    } else if (Object.values(numbers).includes(name)) {
      values = documents?.filter((each) => numbers[each.kind] === name).map((each) => each.number) ?? was;
    }
    if (values.length) properties[name] = values;
  }
  return properties;
}

/** What to send: of a new nomination all, of a correction all that the entry has, with what was changed in it. */
export function nominationOf(answers: Answers, entry: Entry | null, host: boolean): unknown {
  const { documents, unchanged } = documentsFrom(answers, entry);
  const measures = measuresFrom(answers, entry);

  return {
    reference: left(answers['reference'], entry?.reference), inflow: entry?.inflow ?? (host ? 'deported' : 'nominated'),
    ...(entry?.handling ? { handling: entry.handling } : {}),
    person: { ...entry?.person, schema: entry?.person.schema ?? 'Person', properties: propertiesFrom(answers, entry, unchanged && entry ? null : documents) },
    documents, offence: left(answers['offence'], entry?.offence), purpose: left(answers['purpose'], entry?.purpose),
    law: left(answers['law'], entry?.assessment?.law), article: left(answers['article'], entry?.assessment?.article),
    ...(answers['penalty'] ? { maximumPenaltyMonths: Number(answers['penalty']) } : {}),
    ...(measures ? { measures } : {}),
  };
}
