// One passenger list or arrival card: everybody in it, what was answered, and whom of the list he is like.
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { country, number, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { date, dateTime } from '../../kit/time';
import { Problem } from '../api/client';
import type { Arrival, ArrivalPerson } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { arrivalName } from './arrivals';
import { Fact } from './entry_about';

const columns = (arrival: Arrival): Column<ArrivalPerson>[] => [
  { key: 'name', label: t('traveller'), kind: 'main', show: (row) => (
    <><Name text={row.name} /><span class="beneath">{[row.birthDate && date(row.birthDate), country(row.nationality), row.document].filter(Boolean).join(' · ')}</span></>) },
  { key: 'answer', label: t('arrival_answer'), kind: 'state', show: (row) => (
    <span class="pile"><Badge group="board" value={`${row.board ? '' : 'not-'}${arrival.kind === 'carrier' ? 'board' : 'accepted'}`} />
      {row.result !== 'pass' && <Badge group="lane" value={row.result} />}</span>) },
  { key: 'like', label: t('arrival_like'), show: (row) => (row.entry
    ? mayDo('entry.read') ? <a href={href('entries', row.entry)}>{t('arrival_to_entry')}</a> : <span class="hash">{row.entry}</span>
    : <span class="quiet">{t('arrival_nobody')}</span>) },
  { key: 'screened', label: t('arrival_screened'), show: (row) => (
    <><When at={row.screenedAt} />{row.edition !== undefined && <span class="beneath">{t('arrival_of_list', { n: number(row.edition) })}</span>}</>) },
  { key: 'state', label: t('state'), show: (row) => (
    <>{word('arrival-state', row.state)}{row.locator && <span class="beneath">{t('locator')} {row.locator}</span>}</>) },
];

export function ArrivalView({ id, back }: { id: string; back: string }) {
  const { data: arrival, error, again } = useData<Arrival>(`/arrivals/${id}`, ['arrival']);

  if (error && !arrival) {
    return <div class="entry"><p class="back"><a href={back}>← {t('arrivals')}</a></p><h1>{t('arrival')}</h1>
      {error instanceof Problem && error.status === 404 ? <p>{t('arrival_missing')}</p> : <Failed error={error} again={again} />}</div>;
  }
  if (!arrival) return <div class="entry"><Waiting /></div>;
  return (
    <article class="entry stack">
      <header class="entry-head">
        <p class="back"><a href={back}>← {t('arrivals')}</a></p>
        <h1>{arrivalName(arrival)}</h1>
      </header>
      <dl class="facts">
        <Fact label={t('arrival_due')}>{dateTime(arrival.expectedAt)}{arrival.place && ` · ${arrival.place}`}</Fact>
        {arrival.carrier && <Fact label={t('carrier')}>{arrival.carrier}</Fact>}
        <Fact label={t('arrival_received')}>{dateTime(arrival.receivedAt)}</Fact>
        <Fact label={t('arrival_persons')}>{number(arrival.persons)}</Fact>
        <Fact label={t('arrival_refused')}>{number(arrival.refused)}</Fact>
      </dl>
      <Table label={t('arrival_whom')} columns={columns(arrival)} rows={arrival.people ?? []} id={(row) => row.id} empty={t('arrival_missing')} />
    </article>
  );
}
