// The border today: what goes through it, hour by hour and post by post.
import { Choice } from '../../kit/form';
import { number, t } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import type { BorderToday } from '../api/types';
import { useData } from '../data';
import { go, href, place, withQuery } from '../router';
import { mayDo } from '../session';
import { Figures, Hours } from './border_parts';
import { DrillWord } from './drill_list';
import { StandingBadge, standingOf, type Standing } from './post_state';

type Row = BorderToday['posts'][number];

const standing = (row: Row): Standing => standingOf({ state: row.state as 'enrolled', online: row.online, colour: row.colour });

const columns = (): Column<Row>[] => [
  { key: 'name', label: t('post'), kind: 'main', show: (row) => (mayDo('post.read') ? <a href={href('posts', row.id)}><Name text={row.name} /></a> : <Name text={row.name} />) },
  { key: 'list', label: t('post_list'), kind: 'state', show: (row) => <StandingBadge value={standing(row)} /> },
  { key: 'checks', label: t('checks'), kind: 'number', show: (row) => number(row.checks) },
  { key: 'refer', label: t('referrals'), kind: 'number', show: (row) => number(row.refer) },
  { key: 'stop', label: t('stops'), kind: 'number', show: (row) => number(row.stop) },
  { key: 'hits', label: t('hits_24'), kind: 'number', show: (row) => number(row.hits) },
  { key: 'slow', aside: true, label: t('slow'), kind: 'number', show: (row) => number(row.slow) },
  { key: 'queue', aside: true, label: t('queue'), kind: 'number', show: (row) => number(row.queue) },
  { key: 'drills', aside: true, label: t('drills_30'), show: (row) => <DrillWord of={row.drills} /> },
];

export function Border() {
  const post = place.value.query.get('post') ?? '';
  const all = useData<BorderToday>('/border/today', ['post', 'hit', 'drill', 'minute']);
  const one = useData<BorderToday>(post ? '/border/today' : null, ['hit', 'drill', 'minute'], { post });
  const shown = post ? one.data : all.data, error = post ? one.error : all.error;
  const rows = [...(all.data?.posts ?? [])].sort((a, b) => b.checks - a.checks || b.hits - a.hits);

  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('border_today')}</h1><p>{t('border_today_what')}</p></div>
        {all.data && all.data.posts.length > 0 && <div class="of-post"><Choice key={post} name="post" label={t('show_post')} required none={t('all_posts')} value={post}
          options={all.data.posts.map((each) => ({ value: each.id, text: each.name }))} onChange={(value) => go(withQuery({ post: value }))} /></div>}</div>
      {error && !shown && <Failed error={error} again={post ? one.again : all.again} />}
      {!shown && !error && <Waiting />}
      {shown && <><Figures of={shown} /><section class="card" aria-label={t('checks_by_hour')}><Hours of={shown} label={t('checks_by_hour')} /></section></>}
      {all.data && <><h2>{t('by_post')}</h2><div class="board"><Table label={t('by_post')} columns={columns()} rows={rows} id={(row) => row.id} open={post} empty={t('posts_empty')} /></div></>}
    </section>
  );
}
