// One hit: who was seen beside who is listed, what was done, and what this officer may do now.
import { Badge } from '../../kit/badge';
import { Icon } from '../../kit/icon';
import { country, number, plural, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { capitals, dateTime } from '../../kit/time';
import { Problem } from '../api/client';
import type { Hit } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { HitActs } from './hit_acts';
import { HitCompare } from './hit_compare';
import { HitStory } from './hit_story';

const minuteMs = 60_000;
/** Hours where there are two or more. */
function listAge(hit: Hit): string {
  const minutes = Math.floor((hit.listAgeMs ?? 0) / minuteMs);
  return minutes < 120 ? plural('age_minutes', minutes) : plural('age_hours', Math.floor(minutes / 60));
}

function Head({ hit, back }: { hit: Hit; back: string }) {
  return (
    <header class="entry-head">
      <p class="back"><a href={back}>← {t('hits')}</a></p>
      <h1><Name text={hit.name ?? ''} /></h1>
      <p class="badges">
        <Badge group="hit" value={hit.state} />
        <Badge group="lane" value={hit.result} />
        {hit.escalated && <Badge group="flag" value="escalated" />}
        {hit.misuseOf && <Badge group="flag" value="misuse" />}
        {hit.quiet && <Badge group="flag" value="quiet" />}
      </p>
      <p class="quiet">{[hit.postName, hit.lane && t('hit_lane', { lane: hit.lane }), word('point', hit.point)].filter(Boolean).join(' · ')}
        {' · '}{capitals.map((each) => `${dateTime(hit.at, each.zone)} ${country(each.country)}`).join(' · ')}</p>
      {hit.edition !== undefined && (
        <p class="quiet">{t('hit_edition', { n: number(hit.edition), age: listAge(hit) })}</p>
      )}
    </header>
  );
}

/** Two at two places between which nobody can have travelled: whoever decides must know of it first. */
function Misuse({ hit }: { hit: Hit }) {
  return (
    <section class="card warning" aria-label={word('flag', 'misuse')}>
      <h2><Icon name="alert" /> {word('flag', 'misuse')}</h2>
      <p>{t('hit_misuse')}</p>
      <p><a href={href('hits', hit.misuseOf)}>{t('hit_other')}</a></p>
    </section>
  );
}

export function HitView({ id, back }: { id: string; back: string }) {
  const { data: hit, error, again } = useData<Hit>(`/hits/${id}`, ['hit']);

  if (error && !hit) {
    return <div class="entry"><p class="back"><a href={back}>← {t('hits')}</a></p><h1>{t('hit')}</h1>
      {error instanceof Problem && error.status === 404 ? <p>{t('hit_missing')}</p> : <Failed error={error} again={again} />}</div>;
  }
  if (!hit) return <div class="entry"><Waiting /></div>;
  return (
    <article class="entry hit">
      <Head hit={hit} back={back} />
      <div class="entry-body">
        <div class="stack">
          {hit.misuseOf && <Misuse hit={hit} />}
          <HitCompare hit={hit} />
          <HitStory hit={hit} />
        </div>
        <aside class="stack"><HitActs hit={hit} done={again} /></aside>
      </div>
    </article>
  );
}
