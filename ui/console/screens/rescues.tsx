// Calls for help of which one's own country is an addressee: clocks, what is missing, who has answered. Neither names nor places.
import { Badge } from '../../kit/badge';
import { Clock, When } from '../../kit/clock';
import { number, t } from '../../kit/i18n';
import { Table, type Column } from '../../kit/table';
import type { Rescue } from '../api/types';
import { useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { Desk } from './rescue_parts';
import { RescueView } from './rescue';

const columns = (): Column<Rescue>[] => [
  { key: 'n', label: t('rescues'), kind: 'main', show: (row) => (
    <><a href={href('rescues', row.id)}>{t('rescue_n', { n: row.number })}</a><span class="beneath"><When at={row.receivedAt} /></span></>) },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="rescue" value={row.state} /> },
  { key: 'relation', label: t('rescue_relation'), show: (row) => <Badge group="rescue-relation" value={row.relation} /> },
  { key: 'desks', label: t('rescue_desks'), show: (row) => row.state !== 'closed' && row.desks.map((each) => <Desk key={each.country} desk={each} />) },
  { key: 'missing', label: t('rescue_gaps'), kind: 'number', show: (row) => row.missing.length > 0 && number(row.missing.length) },
  { key: 'check', label: t('rescue_check'), show: (row) => row.checkAt && <Clock start={row.receivedAt} end={row.checkAt} /> },
];

export function Rescues({ id }: { id: string | undefined }) {
  const all = place.value.query.get('all') === '1';
  const { data, error, again, more } = useList<Rescue>(id ? null : '/rescues', ['rescue'], { open: all ? undefined : '1' });

  if (id) return <RescueView key={id} id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('rescues')}</h1><p>{t('rescues_what')}</p></div></div>
      <form class="filters" role="search" aria-label={t('search')} onSubmit={(event) => event.preventDefault()}>
        <div class="tick"><input type="checkbox" id="open" checked={!all} onChange={(event) => go(withQuery({ all: event.currentTarget.checked ? '' : '1' }), true)} />
          <label for="open">{t('rescue_open_only')}</label></div>
      </form>
      <Table label={t('rescues')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} more={more} empty={t('rescues_empty')} />
    </section>
  );
}
