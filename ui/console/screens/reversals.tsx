// Answers to carriers that the list has changed since, what became of each, and the calls that somebody must make.
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { t } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Table, type Column } from '../../kit/table';
import type { Reversal } from '../api/types';
import { useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { ReversalView } from './reversal';

/** The furthest that it came. */
export function reversalState(row: Reversal): string {
  if (row.call) return 'call';
  if (row.acknowledgedAt) return 'acknowledged';
  if (row.calledAt) return 'called';
  if (row.endedAt) return 'ended';
  return row.sentAt ? 'sent' : 'waiting';
}

const columns = (search: string): Column<Reversal>[] => [
  { key: 'name', label: t('traveller'), kind: 'main', show: (row) => (
    <><a href={href('reversals', row.id) + search}><Name text={row.name} /></a>
      <span class="beneath">{[row.flight, row.carrierName ?? row.carrier].filter(Boolean).join(' · ')}</span></>) },
  { key: 'now', label: t('reversal_now'), show: (row) => <Badge group="board" value={row.board ? 'board' : 'not-board'} /> },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="reversal" value={reversalState(row)} /> },
  { key: 'created', label: t('reversal_created'), kind: 'short', show: (row) => <When at={row.createdAt} /> },
  { key: 'due', label: t('arrival_due'), kind: 'short', show: (row) => <When at={row.expectedAt} /> },
];

export function Reversals({ id }: { id: string | undefined }) {
  const query = place.value.query;
  // One that was called is off the list of calls: beside it stand all.
  const calls = query.get('call') === '1' && !id;
  const { data, error, again, more } = useList<Reversal>('/reversals', ['arrival', 'minute'], { call: calls ? '1' : undefined, limit: '500' });
  const search = query.toString() ? `?${query.toString()}` : '';
  const back = href('reversals') + search;

  return (
    <section class={id ? 'split with' : 'page split'}>
      <div class="list stack">
        <div class="page-head">{id ? <h2><a href={back}>{t('reversals')}</a></h2> : <div><h1>{t('reversals')}</h1><p>{t('reversals_what')}</p></div>}</div>
        {!id && (
          <form class="filters" role="search" aria-label={t('search')} onSubmit={(event) => event.preventDefault()}>
            <div class="tick"><input type="checkbox" id="q" checked={calls} onChange={(event) => go(withQuery({ call: event.currentTarget.checked ? '1' : '' }), true)} />
              <label for="q">{t('reversal_calls')}</label></div>
          </form>
        )}
        <Table label={t('reversals')} columns={columns(search)} rows={data?.items ?? null} id={(row) => row.id} open={id} error={error} again={again}
          total={data?.total} more={more} empty={t(calls ? 'reversals_no_call' : 'reversals_empty')} />
      </div>
      {id && <ReversalView key={id} id={id} back={back} done={again} />}
    </section>
  );
}
