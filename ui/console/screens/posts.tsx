// Every post: what list it has, since when it was heard, what troubles it; as a table and on a map, live.
import { useState } from 'preact/hooks';
import { When } from '../../kit/clock';
import { number, t, word } from '../../kit/i18n';
import { Icon } from '../../kit/icon';
import { Name } from '../../kit/name';
import { Failed } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import type { Post } from '../api/types';
import { useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { mayDo } from '../session';
import { MakePost } from './post_make';
import { clockWord, StandingBadge, standingOf, standings, Trouble, UrgentOver } from './post_state';
import { PostsMap } from './posts_map';

const columns = (): Column<Post>[] => [
  { key: 'name', label: t('post'), kind: 'main', show: (row) => <><a href={href('posts', row.id)}><Name text={row.name} /></a>
    <span class="quiet under">{word('post-kind', row.kind)} · {word('point', row.point)}</span></> },
  { key: 'list', label: t('post_list'), kind: 'state', show: (row) => <span class="pile"><StandingBadge value={standingOf(row)} />
    {row.editionIssuedAt && <span class="quiet"><When at={row.editionIssuedAt} /></span>}<UrgentOver of={row} /></span> },
  { key: 'edition', aside: true, label: t('edition'), kind: 'number', show: (row) => row.edition !== undefined && <a href={href('editions', row.edition)}>{number(row.edition)}</a> },
  { key: 'seen', label: t('last_heard'), kind: 'short', show: (row) => row.seenAt && <When at={row.seenAt} /> },
  { key: 'queue', aside: true, label: t('queue'), kind: 'number', show: (row) => row.queue !== undefined && number(row.queue) },
  { key: 'lanes', aside: true, label: t('lanes'), kind: 'number', show: (row) => row.lanes !== undefined && number(row.lanes) },
  { key: 'clock', aside: true, label: t('clock'), kind: 'short', show: (row) => clockWord(row.clockOffsetMs) },
  { key: 'trouble', label: t('trouble'), show: (row) => row.trouble?.length ? <Trouble words={row.trouble} /> : null },
];

const worst = (a: Post, b: Post): number => standings.indexOf(standingOf(a)) - standings.indexOf(standingOf(b));

function Attention({ posts }: { posts: Post[] }) {
  const bad = posts.filter((each) => !['green', 'revoked', 'expected'].includes(standingOf(each)) || each.trouble?.length);
  return (
    <section class="card" aria-label={t('attention')}>
      <h2>{t('attention')}</h2>
      {bad.length === 0 && <p class="quiet">{t('attention_none')}</p>}
      <ul class="attention">{bad.map((each) => (
        <li key={each.id}><a href={href('posts', each.id)}><Name text={each.name} /></a><StandingBadge value={standingOf(each)} />
          {each.seenAt && <span class="quiet">{t('last_heard')}: <When at={each.seenAt} /></span>}<Trouble words={each.trouble} /></li>
      ))}</ul>
    </section>
  );
}

export function Posts() {
  const { data, error, again, more } = useList<Post>('/posts', ['post', 'minute'], { limit: '500' });
  const [making, setMaking] = useState(false);
  const { query } = place.value;
  const standing = query.get('standing') ?? '', view = query.get('view') ?? 'table', q = query.get('q') ?? '';
  const all = [...(data?.items ?? [])].sort(worst);
  const shown = all.filter((each) => (!standing || standingOf(each) === standing) && each.name.toLowerCase().includes(q.toLowerCase()));

  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('posts')}</h1><p>{t('posts_what')}</p></div>
        {mayDo('post.create') && <button type="button" class="main" onClick={() => setMaking(true)}>{t('new_post')}</button>}</div>
      {error && !data && <Failed error={error} again={again} />}
      {data && all.length > 0 && (
        <nav class="counts" aria-label={t('counts')}>
          {standings.map((each) => [each, all.filter((post) => standingOf(post) === each).length] as const).filter(([each, n]) => n > 0 || each === standing).map(([each, n]) => (
            <a key={each} href={withQuery({ standing: each === standing ? '' : each })} aria-current={each === standing ? 'true' : undefined}><strong>{number(n)}</strong><StandingBadge value={each} /></a>
          ))}
        </nav>
      )}
      {data && all.length > 0 && (
        <div class="filters">
          <div class="search"><Icon name="search" /><input id="q" type="search" aria-label={t('search_posts')} placeholder={t('search_posts')} value={q} onInput={(event) => go(withQuery({ q: event.currentTarget.value }), true)} /></div>
          <nav class="views" aria-label={t('view')}>{(['table', 'map'] as const).map((each) => <a key={each} class="button" href={withQuery({ view: each === 'table' ? '' : each })} aria-current={view === each ? 'true' : undefined}>{word('view', each)}</a>)}</nav>
        </div>
      )}
      {data && view === 'map' && all.length > 0
        ? <div class="two"><section class="card" aria-label={t('map_of_posts')}><PostsMap posts={shown} /></section><Attention posts={shown} /></div>
        : !(error && !data) && <div class="board"><Table label={t('posts')} columns={columns()} rows={data ? shown : null} id={(row) => row.id} more={more} total={data?.total} empty={all.length ? t('posts_none_so') : t('posts_empty')} /></div>}
      {making && <MakePost close={() => setMaking(false)} done={again} />}
    </section>
  );
}
