// Drills as they went: who stands at a lane now, who was noticed how fast, who was missed.
import { Badge } from '../../kit/badge';
import { Clock, When } from '../../kit/clock';
import { number, t } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed } from '../../kit/state';
import { useState } from 'preact/hooks';
import { Table, type Column } from '../../kit/table';
import { toast } from '../../kit/toast';
import { post as send } from '../api/client';
import type { Drill } from '../api/types';
import { useList } from '../data';
import { href } from '../router';

/** Milliseconds as seconds with one place, or minutes. */
export function span(ms: number | undefined): string {
  if (ms === undefined) return '';
  return ms < 90_000 ? t('n_seconds', { n: number(Math.round(ms / 100) / 10) }) : t('n_minutes', { n: number(Math.round(ms / 60_000)) });
}

export function DrillWord({ of }: { of: { noticed?: number; missed?: number } | undefined }) {
  const noticed = of?.noticed ?? 0, missed = of?.missed ?? 0;
  return <>{noticed + missed ? t('drills_n', { noticed: number(noticed), missed: number(missed) }) : t('drills_none')}</>;
}

const columns = (one: boolean, end: (drill: Drill) => void): Column<Drill>[] => [
  { key: 'at', label: t('when'), kind: 'main', show: (row) => <When at={row.orderedAt} /> },
  ...(one ? [] : [{ key: 'post', label: t('post'), show: (row: Drill) => <a href={href('posts', row.post)}><Name text={row.postName ?? ''} /></a> }]),
  { key: 'lane', label: t('lane'), show: (row) => row.lane ?? t('any_lane') },
  { key: 'state', label: t('result'), kind: 'state', show: (row) => <Badge group="drill" value={row.state} /> },
  { key: 'how', label: t('drill_how'), show: (row) => row.state === 'ordered' && row.until
    ? <span class="pile"><span class="readings"><Name text={row.name ?? ''} /></span><Clock start={row.orderedAt} end={row.until} /></span>
    : row.answerMs !== undefined ? <>{span(row.answerMs)} <span class="quiet"><Name text={row.officerName ?? ''} /></span></> : row.officerName && <Name text={row.officerName} /> },
  { key: 'by', label: t('ordered_by'), show: (row) => (row.orderedByName ? <Name text={row.orderedByName} /> : <span class="quiet">{t('ordered_there')}</span>) },
  { key: 'end', label: '', show: (row) => row.acts?.some((each) => each.act === 'end') && <button type="button" onClick={() => end(row)}>{t('drill_end')}</button> },
];

/** Of one post, or of all. */
export function DrillList({ post }: { post?: string }) {
  const { data, error, again, more } = useList<Drill>('/drills', ['drill', 'minute'], { post, limit: '20' });
  const [failed, setFailed] = useState<Error | null>(null);
  const end = (drill: Drill): void => {
    setFailed(null);
    send(`/drills/${drill.id}/acts/end`, {}, { version: drill.version }).then(() => { toast(t('drill_ended')); again(); }, setFailed);
  };

  return (
    <>
      {failed && <Failed error={failed} />}
      <Table label={t('drills')} columns={columns(post !== undefined, end)} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} more={more} total={data?.total} empty={t('drills_empty')} />
    </>
  );
}
