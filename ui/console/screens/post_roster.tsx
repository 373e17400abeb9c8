// Who may work at posts. A number (PIN) is set by each officer himself; without one he can sign in at none.
import { Icon } from '../../kit/icon';
import { number, plural, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import type { Officer } from '../api/types';
import { useList } from '../data';

const there = ['primary', 'secondary', 'supervisor', 'duty', 'protection'];

export function Roster() {
  const { data, error, again, more } = useList<Officer>('/posts/roster', ['person', 'minute']);
  const missing = data?.items.filter((each) => !each.pin).length ?? 0;

  return (
    <section class="card" aria-label={t('roster')}>
      <div class="card-head"><h2>{t('roster')}</h2>{missing > 0 && <span class="badge warn"><Icon name="key" />{plural('pin_missing_n', missing)}</span>}</div>
      <p class="quiet">{t('roster_what')}</p>
      {error && !data && <Failed error={error} again={again} />}
      {!data && !error && <Waiting />}
      <ul class="roster">{data?.items.map((each) => (
        <li key={each.id} class={each.pin ? '' : 'missing'}>
          <span><Name text={each.name} /> <span class="quiet">{each.login}</span></span>
          <span class="quiet">{each.roles.filter((role) => there.includes(role)).map((role) => word('role', role)).join(', ')}</span>
          {!each.pin && <strong><Icon name="key" /> {t('pin_missing')}</strong>}
        </li>
      ))}</ul>
      {data && more && <p class="acts"><button type="button" onClick={more}>{t('more')}</button><span class="quiet">{t('shown_of', { n: number(data.items.length), total: number(data.total) })}</span></p>}
    </section>
  );
}
