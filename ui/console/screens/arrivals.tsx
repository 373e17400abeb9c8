// Who is announced before arrival: passenger lists and arrival cards, the next to arrive first, with what is open beside the list.
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { number, t, word } from '../../kit/i18n';
import { Table, type Column } from '../../kit/table';
import type { Arrival } from '../api/types';
import { useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { ArrivalView } from './arrival';

/** What it is called by: its flight, or that it is a card. */
export const arrivalName = (arrival: Arrival): string => arrival.flight || word('arrival-kind', arrival.kind);

const columns = (search: string): Column<Arrival>[] => [
  { key: 'flight', label: t('flight'), kind: 'main', show: (row) => (
    <><a href={href('arrivals', row.id) + search}>{arrivalName(row)}</a>
      <span class="beneath">{[word('arrival-kind', row.kind), row.carrier, row.place].filter(Boolean).join(' · ')}</span></>) },
  { key: 'due', label: t('arrival_due'), show: (row) => <When at={row.expectedAt} /> },
  { key: 'persons', aside: true, label: t('arrival_persons'), kind: 'number', show: (row) => number(row.persons) },
  { key: 'answer', label: t('arrival_answer'), kind: 'state', show: (row) => (
    <span class="pile">{row.refused > 0 ? <><Badge group="board" value={row.kind === 'carrier' ? 'not-board' : 'not-accepted'} /> {row.persons > 1 && number(row.refused)}</>
      : <Badge group="board" value={row.kind === 'carrier' ? 'board' : 'accepted'} />}
    {row.referred > 0 && <span class="quiet">{t('arrival_referred')}: {number(row.referred)}</span>}</span>) },
];

function Filters() {
  const query = place.value.query;
  const set = (changes: Record<string, string>): void => go(withQuery(changes), true);
  const of = (event: Event): string => (event.currentTarget as HTMLSelectElement).value;

  return (
    <form class="filters" role="search" aria-label={t('search')} onSubmit={(event) => event.preventDefault()}>
      <div class="search"><Icon name="search" /><input id="q" type="search" aria-label={t('arrival_search')} placeholder={t('arrival_search')}
        value={query.get('q') ?? ''} onInput={(event) => set({ q: event.currentTarget.value })} /></div>
      <select aria-label={t('arrival_every_kind')} value={query.get('kind') ?? ''} onChange={(event) => set({ kind: of(event) })}>
        <option value="">{t('arrival_every_kind')}</option>
        {(['carrier', 'declaration'] as const).map((each) => <option key={each} value={each}>{word('arrival-kind', each)}</option>)}
      </select>
      <select aria-label={t('arrival_answer')} value={query.get('result') ?? ''} onChange={(event) => set({ result: of(event) })}>
        <option value="">{t('arrival_every_result')}</option>
        {(['stop', 'refer', 'pass'] as const).map((each) => <option key={each} value={each}>{word('lane', each)}</option>)}
      </select>
    </form>
  );
}

export function Arrivals({ id }: { id: string | undefined }) {
  const query = place.value.query;
  const wanted = (name: string): string | undefined => query.get(name) ?? undefined;
  const { data, error, again, more } = useList<Arrival>('/arrivals', ['arrival'], { kind: wanted('kind'), result: wanted('result'), limit: '500' });
  const q = (query.get('q') ?? '').toUpperCase();
  // Everybody who waits is here at once: a day's lists of a country are some hundreds.
  const shown = data?.items.filter((each) => [each.flight, each.carrier].some((text) => (text ?? '').toUpperCase().includes(q)));
  const search = query.toString() ? `?${query.toString()}` : '';

  return (
    <section class={id ? 'split with' : 'page split'}>
      <div class="list stack">
        <div class="page-head">{id ? <h2><a href={href('arrivals') + search}>{t('arrivals')}</a></h2> : <div><h1>{t('arrivals')}</h1><p>{t('arrivals_what')}</p></div>}</div>
        {!id && <Filters />}
        <Table label={t('arrivals')} columns={columns(search)} rows={shown ?? null} id={(row) => row.id} open={id} error={error} again={again}
          total={data?.total} more={more} empty={t('arrivals_empty')} />
      </div>
      {id && <ArrivalView key={id} id={id} back={href('arrivals') + search} />}
    </section>
  );
}
