// What the public reports: the gravest first in sight, what the machine noticed above, one open beside the list.
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { number, plural, t, word } from '../../kit/i18n';
import { Table, type Column } from '../../kit/table';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Cluster, Flood, InboxItem, List, PublicTables, Report } from '../api/types';
import { useData, useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { mayDo } from '../session';
import { Identifier, Priority, typeName, useTables } from './public_parts';
import { ReportView } from './report';

export const reportColumns = (tables: PublicTables | null, search = ''): Column<Report>[] => [
  { key: 'what', label: t('report'), kind: 'main', show: (row) => (
    <><a href={href('reports', row.id) + search}>{row.names ? <Identifier x={row.names} /> : typeName(tables, row.type) || t('report_tip')}</a>
      {row.said && <span class="beneath said" lang={row.language ?? 'und'}>{row.said}</span>}
      {!!row.foundCount && <span class="beneath">{plural('found_n', row.foundCount)}</span>}</>) },
  { key: 'priority', label: t('priority'), kind: 'state', show: (row) => <Priority value={row.priority} /> },
  { key: 'type', label: t('fraud_type'), show: (row) => typeName(tables, row.type) },
  { key: 'state', label: t('state'), show: (row) => <Badge group="report" value={row.state} /> },
  { key: 'together', label: t('together'), kind: 'number', show: (row) => row.together > 1 && number(row.together) },
  { key: 'received', label: t('received'), kind: 'short', show: (row) => <When at={row.receivedAt} /> },
];

/** What reports may be asked for by, whether somebody has dealt with them or not. */
const places = ['identifier', 'found', 'cluster', 'campaign'];

function Filters() {
  const query = place.value.query;
  const narrowed = places.some((each) => query.get(each));
  const set = (changes: Record<string, string>): void => go(withQuery(changes), true);

  return (
    <form class="filters" role="search" aria-label={t('search')} onSubmit={(event) => event.preventDefault()}>
      <select aria-label={t('priority')} value={query.get('priority') ?? ''} onChange={(event) => set({ priority: event.currentTarget.value })}>
        <option value="">{t('all_priorities')}</option>
        {['0', '1', '2', '3'].map((each) => <option key={each} value={each}>{word('priority', `p${each}`)}</option>)}
      </select>
      {!narrowed && <div class="tick">
        <input type="checkbox" id="open" checked={query.get('all') !== '1'} onChange={(event) => set({ all: event.currentTarget.checked ? '' : '1' })} />
        <label for="open">{t('report_open')}</label>
      </div>}
      {narrowed && (
        <button type="button" onClick={() => set({ identifier: '', found: '', cluster: '', campaign: '', all: '' })}>{t('report_any')}</button>)}
    </form>
  );
}

function Floods() {
  const { data, again } = useData<List<Flood>>('/floods', ['flood'], { open: '1' });

  return <>{data?.items.map((each) => (
    <section class="card warning" key={each.id} aria-label={t('flood')}>
      <h2><Icon name="alert" /> {t('flood')}</h2>
      <p><a href={`${href('reports')}?identifier=${encodeURIComponent(each.x)}`}><Identifier x={each.x} /></a>: {t('flood_what', { n: number(each.reports), independent: number(each.independent) })} <When at={each.at} /></p>
      {mayDo('flood.act') && <p class="acts"><button type="button" onClick={() => { void post(`/floods/${each.id}/acts/seen`, {}).then(() => { toast(t('flood_was_seen')); again(); }); }}>{t('flood_seen')}</button></p>}
    </section>))}</>;
}

/** The largest of what belongs together and stands in no campaign. */
function Proposals() {
  const { data } = useData<List<Cluster>>(mayDo('campaign.read') ? '/clusters' : null, ['report', 'campaign'], { limit: '5' });

  if (!data?.items.length) return null;
  return (
    <section class="card" aria-label={t('clusters')}>
      <h2>{t('clusters')}</h2><p class="quiet">{t('clusters_what')}</p>
      <ul class="desk-list">{data.items.map((each) => (
        <li key={each.id}><Priority value={each.priority} /> <a href={`${href('reports')}?cluster=${each.id}`}>{plural('reports_n', each.reports)}</a>
          {each.names[0] && <> · <Identifier x={each.names[0]} /></>} · <When at={each.lastAt} />
          {mayDo('campaign.change') && <> <a class="button" href={`${href('campaigns')}?cluster=${each.id}${each.campaign ? `&to=${each.campaign}` : ''}`}>{each.campaignName ? t('cluster_to', { name: each.campaignName }) : t('cluster_make')}</a></>}
        </li>))}</ul>
    </section>
  );
}

function Aside() {
  const { data } = useData<List<InboxItem>>(mayDo('inbox.read') ? '/inbox' : null, ['inbox'], { state: 'aside', limit: '1' });

  return data && data.total ? <p class="quiet"><Icon name="alert" /> {plural('aside_n', data.total)}</p> : null;
}

export function Reports({ id }: { id: string | undefined }) {
  const query = place.value.query;
  const tables = useTables();
  const wanted = (name: string): string | undefined => query.get(name) ?? undefined;
  const narrowed = places.some(wanted);
  const { data, error, again, more } = useList<Report>('/reports', ['report'], { open: narrowed || wanted('all') ? undefined : '1', priority: wanted('priority'), identifier: wanted('identifier'), found: wanted('found'),
    cluster: wanted('cluster'), campaign: wanted('campaign') });
  const search = query.toString() ? `?${query.toString()}` : '';

  return (
    <section class={id ? 'split with' : 'page split'}>
      <div class="list stack">
        <div class="page-head">{id ? <h2><a href={href('reports') + search}>{t('reports')}</a></h2> : <div><h1>{t('reports')}</h1><p>{t('reports_what')}</p></div>}</div>
        {!id && mayDo('flood.read') && <Floods />}
        {!id && !search && <Proposals />}
        {!id && <><Aside /><Filters /></>}
        <Table label={t('reports')} columns={reportColumns(tables, search)} rows={data?.items ?? null} id={(row) => row.id} open={id} error={error} again={again}
          total={data?.total} more={more} empty={t('reports_empty')} />
      </div>
      {id && <ReportView key={id} id={id} back={href('reports') + search} />}
    </section>
  );
}
