// Look-alikes: shown side by side, never merged.
import { Badge } from '../../kit/badge';
import { Balance } from '../../kit/balance';
import { Comparison, type Facet } from '../../kit/compare';
import { country, number, t } from '../../kit/i18n';
import { Name, Reference } from '../../kit/name';
import { Reasons } from '../../kit/reasons';
import { Empty, Failed, Waiting } from '../../kit/state';
import type { Entry, List, Similar } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { nameOf } from './entry';

/** What of somebody is compared: of a traveller only the person. */
type Side = Pick<Entry, 'person'> & Partial<Pick<Entry, 'names' | 'documents' | 'offence' | 'owner'>>;

/** What two say of the same things. The names of the other are asked for whole. */
export function facets(left: Side, right: Side): Facet[] {
  const of = (entry: Side, ...names: string[]): string[] => [...new Set(names.flatMap((name) => entry.person.properties[name] ?? []))];
  const names = (entry: Side): string[] => (entry.names?.length ? entry.names.map((each) => each.text) : of(entry, 'name', 'alias', 'weakAlias', 'previousName'));
  const facet = (key: string, label: string, kind: Facet['kind'], get: (entry: Side) => string[]): Facet => ({ key, label, kind, left: get(left), right: get(right) });

  return [
    facet('name', t('names'), 'name', names),
    facet('birth', t('birth'), 'date', (entry) => of(entry, 'birthDate')),
    facet('nationality', t('nationality'), 'text', (entry) => of(entry, 'nationality').map(country)),
    facet('document', t('document'), 'name', (entry) => entry.documents?.map((each) => each.number) ?? of(entry, 'passportNumber', 'idNumber')),
    facet('phone', t('phone'), 'text', (entry) => of(entry, 'phone')),
    facet('place', t('birth_place'), 'text', (entry) => of(entry, 'birthPlace')),
    facet('offence', t('offence'), 'text', (entry) => (entry.offence ? [entry.offence] : [])),
    facet('owner', t('owner'), 'text', (entry) => (entry.owner ? [country(entry.owner)] : [])),
  ];
}

function One({ entry, similar }: { entry: Entry; similar: Similar }) {
  const { data: other } = useData<Entry>(`/entries/${similar.entry.id}`, []);
  const findings = similar.explanations ?? [];
  // Parts are counted in the name that they are of.
  const bits = findings.filter((each) => each.property !== 'namePart').map((each) => each.bits ?? 0);
  const pairs = findings.filter((each) => each.query && each.candidate && (each.bits ?? 0) > 0).map((each) => [each.query ?? '', each.candidate ?? ''] as const);

  return (
    <section class="similar" aria-label={similar.entry.name}>
      <div class="card-head"><h2><a href={href('entries', similar.entry.id)}><Name text={similar.entry.name} /></a> <span class="quiet">{country(similar.entry.owner)} · <Reference text={similar.entry.reference} /></span></h2>
        <Badge group="state" value={similar.entry.state} /></div>
      {bits.length > 0 && <Balance bits={bits} />}
      {similar.chancePerBillion !== undefined && <p class="quiet">{t('by_chance', { n: number(similar.chancePerBillion / 1000) })}</p>}
      {other ? <Comparison heads={[<Name text={nameOf(entry).name} />, <Name text={similar.entry.name} />]} facets={facets(entry, other)} pairs={pairs} /> : <Waiting />}
      {findings.length > 0 && <details><summary>{t('why_alike')}</summary><Reasons findings={findings} /></details>}
    </section>
  );
}

export function EntrySimilar({ entry }: { entry: Entry }) {
  const { data, error, again } = useData<Pick<List<Similar>, 'items'>>(`/entries/${entry.id}/similar`, []);

  if (error && !data) return <Failed error={error} again={again} />;
  if (!data) return <Waiting />;
  if (!data.items.length) return <Empty title={t('similar_none')}>{t('similar_none_why')}</Empty>;
  return <>{data.items.map((each) => <One key={each.entry.id} entry={entry} similar={each} />)}</>;
}
