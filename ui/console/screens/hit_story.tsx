// What was done about a hit, in its order: where, by whom, at which time of his own clock, and how far that one was off.
import { country, number, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { capitals, dateTime, secondIn } from '../../kit/time';
import { Timeline, type Moment } from '../../kit/timeline';
import { pathOf } from '../api/client';
import type { Hit, HitAct } from '../api/types';
import { href } from '../router';
import { mayDo } from '../session';

const tones: Record<string, Moment['tone']> = { confirm: 'good', custody: 'stop', refuse: 'stop', misuse: 'warn', escalate: 'warn', 'custody-time': 'warn', fear: 'warn',
  'hand-over': 'good', receive: 'good', answer: 'good' };
/** Told later than this, a line was down. */
const lateMs = 60_000;

function Who({ act }: { act: HitAct }) {
  if (act.by === 'clock') return <span class="quiet">{t('hit_by_clock')}</span>;
  const roles = act.byRoles?.map((role) => word('role', role)).join(', ');
  return <span class="quiet">{act.byName && <><Name text={act.byName} />{roles && ', '}</>}{roles}</span>;
}

/** The post's own time, and what the hub believes it to be off. */
function Told({ at, offset, received }: { at: string; offset: number | undefined; received: string | undefined }) {
  const own = new Date(new Date(at).getTime() - (offset ?? 0)).toISOString();
  const late = received !== undefined && new Date(received).getTime() - new Date(at).getTime() > lateMs;
  const off = offset === undefined ? t('hit_clock_unknown') : t('hit_clock_off', { n: `${offset > 0 ? '−' : '+'}${number(Math.abs(offset) / 1000)}` });

  return <p class="quiet small">{t('hit_own_time', { time: secondIn(own, capitals[0].zone) })} · {off}{late && ` · ${t('hit_told_late', { when: dateTime(received) })}`}</p>;
}

const fieldOf = (act: HitAct, name: string): string | undefined => {
  const value = (act.fields as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? number(value) : undefined;
};

function Body({ hit, act }: { hit: Hit; act: HitAct }) {
  const is = fieldOf(act, 'is');
  const basis = fieldOf(act, 'basis');
  const refused = fieldOf(act, 'clearanceRefused');
  const percent = fieldOf(act, 'percent');

  return (
    <>
      {act.notPossible && <p class="not-possible">{t('hit_not_possible', { why: word('not-possible', act.notPossible) })}</p>}
      {is && <p><strong>{word('partner', is)}</strong></p>}
      {basis && <p>{t('basis')}: {word('basis', basis)}</p>}
      {percent && <p>{percent} %</p>}
      {act.note && <blockquote>{act.note}</blockquote>}
      {act.photo && <p><img class="photo" src={pathOf(`/hits/${hit.id}/photos/${act.number}`)} alt={t('hit_photo_taken')} width="96" /></p>}
      {act.clearance && <p>{mayDo('clearance.read') ? <a href={href('clearances', act.clearance)}>{t('hit_clearance')}</a> : t('hit_clearance')}</p>}
      {refused && <p class="not-possible">{t('hit_no_clearance', { why: word('no-clearance', refused) })}</p>}
      {act.act === 'misuse' && hit.misuseOf && <p><a href={href('hits', hit.misuseOf)}>{t('hit_other')}</a></p>}
      {act.post && <Told at={act.at} offset={act.clockOffsetMs} received={act.receivedAt} />}
    </>
  );
}

function moments(hit: Hit): Moment[] {
  const seen: Moment = { key: 'seen', at: hit.at, tone: hit.result === 'stop' ? 'stop' : 'warn',
    head: <>{t('hit_seen_at', { lane: hit.lane ?? '' })} <span class="quiet">{hit.postName}</span></>,
    body: <><p>{word('lane', hit.result)}</p><Told at={hit.at} offset={hit.clockOffsetMs} received={hit.receivedAt} /></> };
  const asked: Moment[] = hit.askedAt ? [{ key: 'asked', at: hit.askedAt, head: t('hit_asked', { who: country(hit.owner) }) }] : [];
  const acts = (hit.story ?? []).map((act): Moment => ({
    key: String(act.number), at: act.at, tone: act.notPossible ? 'warn' : tones[act.act] ?? '',
    head: <>{word('hit-act', act.act)} <Who act={act} /> <span class="quiet">{act.post ? (act.post === hit.post ? hit.postName : act.post.slice(0, 8)) : act.by !== 'clock' && t('hit_in_hub')}</span></>,
    body: <Body hit={hit} act={act} />,
  }));
  // Sorting keeps the order in which it was told where two have one time.
  return [seen, ...asked, ...acts].sort((a, b) => a.at.localeCompare(b.at));
}

export function HitStory({ hit }: { hit: Hit }) {
  return <section class="card" aria-label={t('hit_story')}><h2>{t('hit_story')}</h2><Timeline moments={moments(hit)} /></section>;
}
