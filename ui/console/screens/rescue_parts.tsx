// What the screens about calls for help share: how the two countries stand with a call, and the alarms of today.
import { Clock, When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import type { List, Rescue, RescueDesk, Today } from '../api/types';
import { useData } from '../data';
import { href, place } from '../router';
import { mayDo } from '../session';

/** One addressee: acknowledged by whom, or the clock that runs, or that nobody answered in time. */
export function Desk({ desk, tiers }: { desk: RescueDesk; tiers?: boolean }) {
  return (
    <div class="rescue-desk">
      <strong>{country(desk.country)}</strong>{' '}
      {desk.acknowledgedAt
        ? <span><Icon name="check" /> {t('rescue_acknowledged')} {desk.byName && tiers && <Name text={desk.byName} />} <span class="quiet"><When at={desk.acknowledgedAt} /></span></span>
        : <Clock start={desk.rungAt} end={desk.dueAt} label={tiers ? t('rescue_acknowledge_by') : ''} />}
      {desk.escalatedAt && !desk.acknowledgedAt && tiers && <p class="stop"><Icon name="alert" /> {t('rescue_silent')}</p>}
      {tiers && <p class="quiet">{t('rescue_tier', { first: word('role', desk.desk), second: word('role', desk.second) })}</p>}
    </div>
  );
}

/** Whether somebody must act on it now: red; what only runs is not. */
const urgent = (kind: string): boolean => kind !== 'next';

export function CallAlarms({ calls }: { calls: NonNullable<Today['calls']> }) {
  if (!calls.length) return null;
  return (
    <section class={`card calls ${calls.some((each) => urgent(each.kind)) ? 'urgent' : ''}`} aria-label={t('rescues')}>
      <h2>{calls.some((each) => urgent(each.kind)) && <Icon name="alert" />} {t('rescues')}</h2>
      <ul class="clocks">
        {calls.map((each) => (
          <li key={`${each.kind} ${each.id}`}>
            <a href={href('rescues', each.id)}>{t('rescue_n', { n: each.number })}</a>
            <p>{word('rescue-alarm', each.kind)} {!each.endsAt && <span class="quiet"><When at={each.at} /></span>}</p>
            {each.endsAt && <Clock start={each.startedAt} end={each.endsAt} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** On every screen but those that show it already, as long as a call waits for an acknowledgement that is this officer's to give. */
export function CallStrip() {
  const { data } = useData<List<Rescue>>(mayDo('rescue.read') ? '/rescues' : null, ['rescue'], { waiting: '1', limit: '1' });
  const first = data?.items[0];

  if (!first || ['rescues', 'today'].includes(place.value.screen)) return null;
  return <p class="call-strip" role="alert"><Icon name="alert" /> <a href={href('rescues', first.id)}>{t('rescue_strip')}</a></p>;
}
