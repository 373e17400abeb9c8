// What portals tell of themselves, that numbers are perhaps being gone through: on the first screen of who operates, what it means, what to do.
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { number, plural, t } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { dateTime } from '../../kit/time';
import type { List, PortalAlarm } from '../api/types';
import { useData, useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { mayDo } from '../session';
import { DeskActs } from './desk_acts';
import { Fact } from './entry_about';
import { Story } from './public_parts';

const asks = { seen: ['note'] } satisfies Parameters<typeof DeskActs>[0]['asks'];
const shown = '5';
const buckets = 16384;

function said(row: PortalAlarm): string {
  const n = number(row.checks);
  if (row.alarm === 'network') return plural('alarm_network', row.networks ?? 1, { checks: n });
  return row.usual === undefined ? t('alarm_sum_first', { n }) : t('alarm_sum', { n, usual: number(row.usual) });
}

/** Those that nobody has looked after; null until they are known, and for whoever operates nothing. */
export function useAlarmsOpen(): List<PortalAlarm> | null {
  return useData<List<PortalAlarm>>(mayDo('alarm.read') ? '/portal-alarms' : null, ['portal-alarm'], { open: '1', limit: shown }).data;
}

function Steps() {
  return (
    <ol class="steps numbered">
      <li>{t('alarm_do_journal')}</li>
      <li>{t('alarm_do_pace')}</li>
      <li>{t('alarm_do_rotate')} <code>cordon key rotate --data DATA oprf</code></li>
      <li>{t('alarm_do_note')}</li>
    </ol>
  );
}

export function AlarmsOpen({ alarms }: { alarms: List<PortalAlarm> }) {
  return (
    <section class="card warning alarm" aria-label={t('portal_alarm')}>
      <h2><Icon name="alert" /> {t('portal_alarm')}</h2>
      <ul class="notices">
        {alarms.items.map((each) => (
          <li key={each.id}><a href={href('portal-alarms', each.id)}>{said(each)}</a><span class="quiet"><Name text={each.portalName} /> · <When at={each.raisedAt} /></span></li>))}
      </ul>
      <details><summary>{t('alarm_do')}</summary><Steps /></details>
      {alarms.next && <p><a href={`${href('portal-alarms')}?open=1`}>{t('all_waiting', { n: number(alarms.total ?? alarms.items.length) })}</a></p>}
    </section>
  );
}

const columns = (): Column<PortalAlarm>[] => [
  { key: 'what', label: t('alarm'), kind: 'main', show: (row) => <><a href={href('portal-alarms', row.id)}>{said(row)}</a><span class="beneath"><Name text={row.portalName} /></span></> },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="portal-alarm" value={row.state} /> },
  { key: 'by', label: t('alarm_seen_by'), show: (row) => row.seenByName && <Name text={row.seenByName} /> },
  { key: 'raised', label: t('alarm_raised'), kind: 'short', show: (row) => <When at={row.raisedAt} /> },
];

function Advice() {
  return (
    <>
      <section class="card alarm" aria-label={t('alarm_means')}><h2>{t('alarm_means')}</h2><p>{t('alarm_means_text')}</p><p>{t('alarm_bounds')}</p></section>
      <section class="card" aria-label={t('alarm_do')}><h2>{t('alarm_do')}</h2><Steps /></section>
    </>
  );
}

function AlarmView({ id }: { id: string }) {
  const { data: row, error, again } = useData<PortalAlarm>(`/portal-alarms/${id}`, ['portal-alarm']);
  const back = <p class="back"><a href={href('portal-alarms')}>← {t('portal_alarms')}</a></p>;

  if (error && !row) return <div class="entry">{back}<h1>{t('alarm')}</h1><Failed error={error} again={again} /></div>;
  if (!row) return <div class="entry"><Waiting /></div>;
  return (
    <article class="entry">
      <header class="entry-head">{back}<h1>{t('portal_alarm')}</h1>
        <p class="badges"><Badge group="portal-alarm" value={row.state} /></p><p class="quiet"><Name text={row.portalName} /></p></header>
      <div class="entry-body">
        <div class="stack">
          <section class={`card alarm ${row.state === 'open' ? 'warning' : ''}`} aria-label={t('alarm_told')}><h2>{t('alarm_told')}</h2><p>{said(row)}</p>
            <dl class="facts">
              <Fact label={t('alarm_hour')}>{dateTime(row.hour)}</Fact>
              {row.buckets !== undefined && <Fact label={t('alarm_spread')}>{t('alarm_spread_n', { n: number(row.buckets), all: number(buckets) })}<span class="beneath">{t('alarm_spread_what')}</span></Fact>}
              <Fact label={t('alarm_raised')}>{dateTime(row.raisedAt)}</Fact>
              {row.seenAt && <Fact label={t('alarm_seen_by')}>{row.seenByName && <Name text={row.seenByName} />} <span class="quiet">{dateTime(row.seenAt)}</span></Fact>}
            </dl></section>
          <Advice />
          <Story rows={row.story} />
        </div>
        {mayDo('alarm.act') && <aside class="stack"><DeskActs path="/portal-alarms" row={row} asks={asks} main={['seen']} waits={t('alarm_waits')} done={again} /></aside>}
      </div>
    </article>
  );
}

export function PortalAlarms({ id }: { id: string | undefined }) {
  const open = place.value.query.get('open') === '1';
  const { data, error, again, more } = useList<PortalAlarm>(id ? null : '/portal-alarms', ['portal-alarm'], { open: open ? '1' : undefined });

  if (id) return <AlarmView key={id} id={id} />;
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('portal_alarms')}</h1><p>{t('portal_alarms_what')}</p></div></div>
      <form class="filters" role="search" aria-label={t('search')} onSubmit={(event) => event.preventDefault()}>
        <div class="tick"><input type="checkbox" id="open" checked={open} onChange={(event) => go(withQuery({ open: event.currentTarget.checked ? '1' : '' }), true)} />
          <label for="open">{t('portal_alarms_open')}</label></div>
      </form>
      <Table label={t('portal_alarms')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} more={more} empty={t('portal_alarms_empty')} />
    </section>
  );
}
