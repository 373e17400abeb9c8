// The list of entries with what is open beside it.
import { useState } from 'preact/hooks';
import { Badge, Measure } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { country, t, word } from '../../kit/i18n';
import { FullName, Reference } from '../../kit/name';
import { Table, type Column } from '../../kit/table';
import type { Country, EntrySummary, List } from '../api/types';
import { useData, useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { mayDo } from '../session';
import { EntryView } from './entry';

export const states = ['submitted', 'in-review', 'returned', 'approved', 'published', 'suspended', 'under-appeal', 'refused', 'expired', 'removed'];

const columns = (search: string): Column<EntrySummary>[] => [
  { key: 'name', label: t('name'), kind: 'main', show: (row) => <a href={href('entries', row.id) + search}><FullName text={row.name} reading={row.latin} /></a> },
  { key: 'birth', label: t('birth'), kind: 'short', show: (row) => row.birthDate },
  { key: 'nationality', label: t('nationality'), show: (row) => country(row.nationality) },
  { key: 'document', label: t('document'), show: (row) => row.document && <span class="figures">{row.document}</span> },
  { key: 'owner', label: t('owner'), show: (row) => <>{country(row.owner)} <span class="quiet"><Reference text={row.reference} /></span></> },
  { key: 'measures', label: t('measures'), show: (row) => <span class="badges">{row.measures?.map((each) => <Measure key={each} kind={each} />)}</span> },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="state" value={row.state} /> },
  { key: 'since', label: t('since'), kind: 'short', show: (row) => <When at={row.since} /> },
];

function Filters() {
  const query = place.value.query;
  const members = useData<List<Country>>('/countries');
  const [text, setText] = useState(query.get('q') ?? '');
  const change = (name: string) => (event: Event): void => go(withQuery({ [name]: (event.currentTarget as HTMLSelectElement).value }), true);

  return (
    <form class="filters" role="search" aria-label={t('search')} onSubmit={(event) => { event.preventDefault(); go(withQuery({ q: text.trim() }), true); }}>
      <div class="search"><Icon name="search" />
        <input id="q" type="search" aria-label={t('search_entries')} placeholder={t('search_entries')} value={text}
          onInput={(event) => setText(event.currentTarget.value)} /></div>
      <select aria-label={t('state')} value={query.get('state') ?? ''} onChange={change('state')}>
        <option value="">{t('all_states')}</option>
        {states.map((each) => <option key={each} value={each}>{word('state', each)}</option>)}
      </select>
      <select aria-label={t('owner')} value={query.get('owner') ?? ''} onChange={change('owner')}>
        <option value="">{t('all_countries')}</option>
        {members.data?.items.map((each) => <option key={each.code} value={each.code}>{country(each.code)}</option>)}
      </select>
      <select aria-label={t('inflow')} value={query.get('inflow') ?? ''} onChange={change('inflow')}>
        <option value="">{t('all_inflows')}</option>
        {['nominated', 'deported'].map((each) => <option key={each} value={each}>{word('inflow', each)}</option>)}
      </select>
      <button type="submit">{t('search')}</button>
    </form>
  );
}

export function Entries({ id, part }: { id: string | undefined; part: string | undefined }) {
  const query = place.value.query;
  const wanted = (name: string): string | undefined => query.get(name) ?? undefined;
  const { data, error, again, more } = useList<EntrySummary>('/entries', ['entry', 'list'],
    { q: wanted('q'), state: wanted('state'), owner: wanted('owner'), inflow: wanted('inflow') });
  const search = query.toString() ? `?${query.toString()}` : '';

  return (
    <section class={id ? 'split with' : 'page split'}>
      <div class="list stack">
        <div class="page-head">{id ? <h2><a href={href('entries') + search}>{t('entries')}</a></h2> : <h1>{t('entries')}</h1>}
          {!id && mayDo('entry.create') && <a class="button" href={href('entries', 'new')}>{t('new_entry')}</a>}</div>
        {!id && <Filters />}
        <Table label={t('entries')} columns={columns(search)} rows={data?.items ?? null} id={(row) => row.id} open={id} error={error} again={again}
          total={data?.total} more={more} empty={t('entries_empty')} />
      </div>
      {id && <EntryView key={id} id={id} part={part ?? 'about'} back={href('entries') + search} />}
    </section>
  );
}
