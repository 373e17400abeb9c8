// What waits for me, and which clocks are running out.
import { Badge } from '../../kit/badge';
import { Clock, When } from '../../kit/clock';
import { country, number, t, word } from '../../kit/i18n';
import { FullName, Reference } from '../../kit/name';
import { Empty, Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import type { EntrySummary, RunningClock, Today as Day } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo, session } from '../session';
import { states } from './entries';
import { AlarmsOpen, useAlarmsOpen } from './portal_alarms';
import { CallAlarms } from './rescue_parts';
import { Alerts, ClearancesWaiting, HitsWaiting, useHitsWaiting } from './today_border';
import { ReportsWaiting, useReportsWaiting } from './today_public';

const columns = (): Column<EntrySummary>[] => [
  { key: 'name', label: t('name'), kind: 'main', show: (row) => <a href={href('entries', row.id)}><FullName text={row.name} reading={row.latin} /></a> },
  { key: 'state', label: t('state'), show: (row) => <Badge group="state" value={row.state} /> },
  { key: 'owner', label: t('owner'), show: (row) => <>{country(row.owner)} <span class="quiet"><Reference text={row.reference} /></span></> },
  { key: 'since', label: t('since'), kind: 'short', show: (row) => <When at={row.since} /> },
  { key: 'due', label: t('due'), show: (row) => row.due && <Clock start={row.since} end={row.due} /> },
];

/** What one can take in at once; the list has the rest. */
const shown = 12;

function place(clock: RunningClock): string {
  if (clock.kind.startsWith('appeal')) return href('appeals', clock.id);
  if (clock.kind.startsWith('clearance')) return href('clearances', clock.id);
  if (clock.kind === 'answer' || clock.kind === 'custody') return href('hits', clock.id);
  if (clock.kind.startsWith('referral')) return href('referrals', clock.id);
  return href('entries', clock.id);
}

function Clocks({ clocks }: { clocks: RunningClock[] }) {
  return (
    <section class="card" aria-label={t('clocks')}>
      <h2>{t('clocks')}</h2>
      {clocks.length === 0 && <p class="quiet">{t('clocks_none')}</p>}
      <ul class="clocks">
        {clocks.map((clock) => (
          <li key={`${clock.kind} ${clock.id}`}>
            <a href={place(clock)}>{clock.name ? <FullName text={clock.name} /> : word('clock', clock.kind)}</a>
            <Clock start={clock.startedAt} end={clock.endsAt} label={clock.name ? word('clock', clock.kind) : ''} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Today() {
  const { data, error, again } = useData<Day>('/today', ['entry', 'appeal', 'clearance', 'submission', 'list', 'hit', 'crossing', 'arrival', 'rescue', 'referral']);
  const hits = useHitsWaiting();
  const reports = useReportsWaiting();
  const alarms = useAlarmsOpen();
  const alerts = data?.alerts ?? [];
  // Where nothing else waits, what calls for attention stands in its place.
  const idle = !hits?.items.length && !data?.waiting?.length && !reports?.items.length;
  const counts = states.filter((each) => data?.counts?.[each]).map((each) => [each, data?.counts?.[each] ?? 0] as const);

  return (
    <section class="page">
      <div class="page-head"><h1>{t('today')}</h1><p>{session.value?.person?.roles.map((role) => word('role', role)).join(' · ')}</p></div>
      {error && !data && <Failed error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data && (
        <>
          <CallAlarms calls={data.calls ?? []} />
          {counts.length > 0 && mayDo('entry.read') && (
            <nav class="counts" aria-label={t('counts')}>
              {counts.map(([state, n]) => <a key={state} href={`${href('entries')}?state=${state}`}><strong>{number(n)}</strong><span>{word('state', state)}</span></a>)}
            </nav>
          )}
          <div class="two">
            <div class="stack">
              {alarms && alarms.items.length > 0 && <AlarmsOpen alarms={alarms} />}
              {hits && hits.items.length > 0 && <HitsWaiting hits={hits} />}
              {data.waiting && data.waiting.length > 0 && (
                <><h2>{t('waiting_for_me')}</h2>
                  <Table label={t('waiting_for_me')} columns={columns()} rows={data.waiting.slice(0, shown)} id={(row) => row.id} empty="" /></>
              )}
              {reports && reports.items.length > 0 && <ReportsWaiting reports={reports} />}
              {idle && (alerts.length > 0 ? <Alerts alerts={alerts} /> : !data.calls?.length && !alarms?.items.length && <Empty title={t('nothing_waits')}>{t('nothing_waits_why')}</Empty>)}
              {data.waiting && data.waiting.length > shown && <p><a href={`${href('entries')}?state=${data.waiting[0]?.state ?? ''}`}>{t('all_waiting', { n: number(data.counts?.[data.waiting[0]?.state ?? ''] ?? data.waiting.length) })}</a></p>}
            </div>
            <div class="stack">{!idle && <Alerts alerts={alerts} />}<ClearancesWaiting /><Clocks clocks={data.clocks ?? []} /></div>
          </div>
        </>
      )}
    </section>
  );
}
