import { When } from '../../kit/clock';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Table } from '../../kit/table';
import { Timeline, type Moment } from '../../kit/timeline';
import { Failed, Waiting } from '../../kit/state';
import { dateTime } from '../../kit/time';
import type { AuditRow, Event, List } from '../api/types';
import { useData, useList } from '../data';
import { actionWord, reasonWord } from '../lifecycle';

const tones: Record<string, Moment['tone']> = { confirm: 'good', resume: 'good', refuse: 'stop', suspend: 'warn', remove: 'stop', return: 'warn', decline: 'warn' };

function moment(event: Event, i: number): Moment {
  return {
    key: String(event.seq ?? i), at: event.at, tone: tones[event.act] ?? '',
    head: <>{word('done', event.act)} <span class="quiet"><Name text={event.byName || event.by} /> {country(event.country)}</span></>,
    body: (
      <>
        {event.reason && <p>{reasonWord(event.reason)}</p>}
        {event.text && <blockquote>{event.text}</blockquote>}
        {event.leaf && <p class="quiet">{event.leaf.index === null ? t('leaf_waits') : t('leaf_n', { n: event.leaf.index })}</p>}
      </>
    ),
  };
}

/** The whole life of an entry, newest first. */
export function EntryTimeline({ id }: { id: string }) {
  const { data, error, again } = useData<List<Event>>(`/entries/${id}/timeline`, ['entry']);

  if (error && !data) return <Failed error={error} again={again} />;
  if (!data) return <Waiting />;
  const newest = [...data.items].sort((a, b) => b.at.localeCompare(a.at) || (b.seq ?? 0) - (a.seq ?? 0));
  return <section class="card" aria-label={t('part_timeline')}><Timeline moments={newest.map(moment)} /></section>;
}

/** Who looked at it, when, and what for. */
export function EntryViewers({ id }: { id: string }) {
  const { data, error, again, more } = useList<AuditRow>(`/entries/${id}/viewers`, []);

  return (
    <Table label={t('part_viewers')} rows={data?.items ?? null} id={(row) => `${row.seq ?? row.at}${row.by ?? ''}`} error={error} again={again} more={more} total={data?.total}
      empty={t('viewers_none')} columns={[
        { key: 'who', label: t('who'), kind: 'main', show: (row) => <Name text={row.byName || row.by || t('nobody')} /> },
        { key: 'what', label: t('did'), show: (row) => actionWord(row.action) },
        { key: 'when', label: t('when'), show: (row) => <><When at={row.at} /> <span class="quiet figures">{dateTime(row.at)}</span></> },
      ]} />
  );
}
