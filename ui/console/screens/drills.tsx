// Alertness drills: ordered here; noticed and missed by week and by post.
import { useState } from 'preact/hooks';
import { When } from '../../kit/clock';
import { Chart } from '../../kit/chart';
import { number, t } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { date } from '../../kit/time';
import type { DrillResults } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { DrillList, span } from './drill_list';
import { OrderDrill } from './drill_order';

type Watched = DrillResults['posts'][number];

/** How many of all were noticed, as a bar from zero; the words beside it say the same. */
function Share({ of }: { of: Watched }) {
  const all = of.noticed + of.missed;
  if (!all) return <span class="quiet">{t('drills_none')}</span>;
  return (
    <span class="share">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="part stop" width="100" height="10" /><rect class="part good" width={of.noticed / all * 100} height="10" /></svg>
      <span>{t('drills_n', { noticed: number(of.noticed), missed: number(of.missed) })}</span>
    </span>
  );
}

const columns = (): Column<Watched>[] => [
  { key: 'name', label: t('post'), kind: 'main', show: (row) => <a href={href('posts', row.id)}><Name text={row.name} /></a> },
  { key: 'share', label: t('result'), show: (row) => <Share of={row} /> },
  { key: 'fast', label: t('drill_average'), kind: 'number', show: (row) => span(row.answerMs) },
  { key: 'last', label: t('drill_last'), kind: 'short', show: (row) => <When at={row.lastAt} /> },
];

const short = (iso: string): string => `${new Date(iso).getUTCDate()}.${new Date(iso).getUTCMonth() + 1}.`;

export function Drills() {
  const { data, error, again } = useData<DrillResults>('/drills/results', ['drill', 'minute']);
  const [ordering, setOrdering] = useState(false);

  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('drills')}</h1><p>{t('drills_what')}</p></div>
        {mayDo('drill.order') && <button type="button" class="main" onClick={() => setOrdering(true)}>{t('order_drill')}</button>}</div>
      {error && !data && <Failed error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data && (
        <div class="two even">
          <section class="card" aria-label={t('drills_weeks')}>
            <Chart label={t('drills_weeks')} what={t('drills_weeks_what')} parts={[{ key: 'noticed', label: t('noticed'), tone: 'good' }, { key: 'missed', label: t('missed'), tone: 'stop' }]}
              columns={data.weeks.map((each) => ({ key: each.week, label: date(each.week), tick: short(each.week), values: [each.noticed, each.missed] }))} />
          </section>
          <section class="stack" aria-label={t('drills_posts')}><h2>{t('drills_posts')}</h2>
            <div class="tall"><Table label={t('drills_posts')} columns={columns()} rows={data.posts} id={(row) => row.id} empty={t('posts_empty')} /></div></section>
        </div>
      )}
      <h2>{t('drills_each')}</h2>
      <DrillList />
      {ordering && <OrderDrill close={() => setOrdering(false)} />}
    </section>
  );
}
