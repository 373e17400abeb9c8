// Travellers at checkpoints who are like somebody on the list, with what is open beside the list.
import { Badge } from '../../kit/badge';
import { Clock, When } from '../../kit/clock';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Table, type Column } from '../../kit/table';
import type { BorderToday, Hit } from '../api/types';
import { useData, useList } from '../data';
import { go, href, place, withQuery } from '../router';
import { mayDo } from '../session';
import { HitView } from './hit';
import { unanswered } from './hit_acts';

export const hitStates = ['open', 'confirmed', 'custody', 'handed-over', 'refused-entry', 'protected', 'released', 'cleared', 'closed'];
/** Stands among the states of the filter for all that the second line still has to do with. */
const running = 'running';

/** What the owner of the entry said, or the clock until which he may. */
export function answerOf(hit: Hit) {
  if (hit.answer) return <Badge group="partner" value={hit.answer} />;
  return unanswered(hit) && hit.answerDue ? <Clock start={hit.askedAt} end={hit.answerDue} /> : null;
}

export const hitColumns = (search = ''): Column<Hit>[] => [
  { key: 'name', label: t('traveller'), kind: 'main', show: (row) => (
    <><a href={href('hits', row.id) + search}><Name text={row.name ?? ''} /></a>
      {row.entryName && <span class="beneath">{t('hit_like')} <Name text={row.entryName} /> · {country(row.owner)}</span>}</>) },
  { key: 'place', label: t('hit_place'), show: (row) => <>{row.postName}<span class="beneath">{row.lane && <>{t('hit_lane', { lane: row.lane })} · </>}<When at={row.at} /></span></> },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="hit" value={row.state} /> },
  { key: 'answer', label: t('hit_answer'), show: answerOf },
  { key: 'custody', label: t('hit_custody'), show: (row) => row.state === 'custody' && row.custodyUntil && <Clock start={row.custodyFrom} end={row.custodyUntil} /> },
];

function Filters() {
  const query = place.value.query;
  const posts = useData<BorderToday>(mayDo('border.read') ? '/border/today' : null).data?.posts;
  const set = (changes: Record<string, string>): void => go(withQuery(changes), true);
  const of = (event: Event): string => (event.currentTarget as HTMLSelectElement).value;

  return (
    <form class="filters" role="search" aria-label={t('search')} onSubmit={(event) => event.preventDefault()}>
      <select aria-label={t('state')} value={query.get('state') ?? ''} onChange={(event) => set({ state: of(event) })}>
        <option value="">{t('all_states')}</option>
        <option value={running}>{t('hit_running')}</option>
        {hitStates.map((each) => <option key={each} value={each}>{word('hit', each)}</option>)}
      </select>
      {posts && posts.length > 0 && (
        <select aria-label={t('hit_post')} value={query.get('post') ?? ''} onChange={(event) => set({ post: of(event) })}>
          <option value="">{t('hit_all_posts')}</option>
          {posts.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
        </select>
      )}
      <div class="tick">
        <input type="checkbox" id="unanswered" checked={query.get('unanswered') === '1'} onChange={(event) => set({ unanswered: event.currentTarget.checked ? '1' : '' })} />
        <label for="unanswered">{t(mayDo('hit.answer') ? 'hit_mine' : 'hit_unanswered')}</label>
      </div>
      {query.get('entry') && <button type="button" onClick={() => set({ entry: '' })}>{t('hit_any_entry')}</button>}
    </form>
  );
}

export function Hits({ id }: { id: string | undefined }) {
  const query = place.value.query;
  const wanted = (name: string): string | undefined => query.get(name) ?? undefined;
  const state = wanted('state');
  const { data, error, again, more } = useList<Hit>('/hits', ['hit'], {
    ...(state === running ? { open: '1' } : { state }), post: wanted('post'), unanswered: wanted('unanswered'), entry: wanted('entry') });
  const search = query.toString() ? `?${query.toString()}` : '';

  return (
    <section class={id ? 'split with' : 'page split'}>
      <div class="list stack">
        <div class="page-head">{id ? <h2><a href={href('hits') + search}>{t('hits')}</a></h2> : <div><h1>{t('hits')}</h1><p>{t('hits_what')}</p></div>}</div>
        {!id && <Filters />}
        <Table label={t('hits')} columns={hitColumns(search)} rows={data?.items ?? null} id={(row) => row.id} open={id} error={error} again={again}
          total={data?.total} more={more} empty={t('hits_empty')} />
      </div>
      {id && <HitView key={id} id={id} back={href('hits') + search} />}
    </section>
  );
}
