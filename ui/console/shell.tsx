// What stands around every screen: where one can go, the state of the list, who is signed in.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { now } from '../kit/clock';
import { Icon, Mark } from '../kit/icon';
import { country, number, plural, t, type Key } from '../kit/i18n';
import { Name } from '../kit/name';
import { relative } from '../kit/time';
import type { Edition, List } from './api/types';
import { useData } from './data';
import { helpOpen } from './keys';
import { Languages } from './languages';
import { href, place } from './router';
import { CallStrip } from './screens/rescue_parts';
import { mayDo, session } from './session';

/** Each screen with the actions that make it worth showing. */
const groups: { label: Key; places: [screen: string, label: Key, actions: string[]][] }[] = [
  { label: 'nav_work', places: [['today', 'today', ['today.read']], ['entries', 'entries', ['entry.read']],
    ['submissions', 'submissions', ['submission.read']]] },
  { label: 'nav_border', places: [['border', 'border_today', ['border.read']], ['hits', 'hits', ['hit.read']],
    ['arrivals', 'arrivals', ['arrival.read']], ['reversals', 'reversals', ['arrival.read']], ['posts', 'posts', ['post.read']], ['drills', 'drills', ['drill.read']]] },
  { label: 'nav_people', places: [['clearances', 'clearances', ['clearance.read']], ['appeals', 'appeals', ['appeal.read']]] },
  { label: 'nav_public', places: [['rescues', 'rescues', ['rescue.read']], ['reports', 'reports', ['report.read']], ['referrals', 'given_reports', ['referral.read']], ['campaigns', 'campaigns', ['campaign.read']], ['listings', 'listings', ['listing.read']],
    ['disputes', 'disputes', ['dispute.read']], ['contacts', 'contacts', ['contact.propose', 'contact.confirm']], ['alerts', 'public_alerts', ['alert.read']], ['portal-alarms', 'portal_alarms', ['alarm.read']], ['lessons', 'lessons', ['review.approve']]] },
  { label: 'nav_proof', places: [['editions', 'editions', ['edition.read']], ['ledger', 'ledger', ['ledger.status']],
    ['audit', 'audit', ['audit.read']], ['figures', 'figures', ['figures.read', 'outcome.read']]] },
  { label: 'nav_house', places: [['people', 'people', ['person.read']], ['profile', 'profile', ['credential.read']]] },
];

function Places() {
  return (
    <>
      {groups.map((group) => {
        const shown = group.places.filter(([, , actions]) => mayDo(...actions));
        return shown.length > 0 && (
          <div key={group.label} class="nav-group">
            <h2>{t(group.label)}</h2>
            <ul>{shown.map(([screen, label]) => (
              <li key={screen}><a href={href(screen)} aria-current={place.value.screen === screen ? 'page' : undefined}>{t(label)}</a></li>
            ))}</ul>
          </div>
        );
      })}
    </>
  );
}

/** The newest edition: number, age, who cosigned. Amber when it is old, unproved or cannot be had. */
function ListState() {
  const { data, error } = useData<List<Edition>>(mayDo('edition.read') ? '/editions' : null, ['edition', 'ledger'], { limit: '1' });
  const newest = data?.items[0];

  if (error) return <p class="list-state warn"><Icon name="alert" /> {t('edition_unknown')}</p>;
  if (!data) return <p class="list-state" />;
  if (!newest) return <p class="list-state"><Icon name="ring" /> {t('edition_none')}</p>;
  const cosigned = newest.cosignedBy?.length ? newest.cosignedBy : null;
  const old = newest.expiresAt ? new Date(newest.expiresAt).getTime() < now.value : false;
  return (
    <p class={`list-state ${old || !cosigned ? 'warn' : 'good'}`}>
      <Icon name={old || !cosigned ? 'alert' : 'shield'} />
      <a href={href('editions', newest.number)}>{t('edition_n', { n: number(newest.number) })}</a>
      <span>{relative(newest.issuedAt, now.value)}</span>
      <span class="wide-only">{plural('entries_n', newest.entries)}</span>
      <span>{old ? t('edition_old') : cosigned ? t('cosigned_by', { who: cosigned.map(country).join(', ') }) : t('not_cosigned')}</span>
    </p>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const person = session.value?.person;
  const { screen, id } = place.value;

  useEffect(() => setOpen(false), [screen, id]);
  useEffect(() => {
    const title = groups.flatMap((group) => group.places).find(([name]) => name === screen);
    document.title = `${title ? t(title[1]) : t('console')} - Cordon`;
  });
  return (
    <div class="shell">
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus(); }}>{t('skip')}</a>
      <header class="bar">
        <a class="home" href={href()}><Mark /><strong>Cordon</strong></a>
        <button type="button" class="menu" aria-expanded={open} aria-controls="places" onClick={() => setOpen(!open)}><Icon name="menu" /> {t('menu')}</button>
        <ListState />
        <Languages />
        <a class="who" href={href('profile')}>{person && <><Name text={person.name} /> <span class="quiet">{country(person.country)}</span></>}</a>
      </header>
      <nav id="places" class={open ? 'rail open' : 'rail'} aria-label={t('nav')}>
        <Places />
        <p class="rail-foot"><button type="button" class="plain" onClick={() => { helpOpen.value = true; }}><kbd>?</kbd> {t('keys')}</button></p>
      </nav>
      <main id="content" tabIndex={-1}><CallStrip />{children}</main>
    </div>
  );
}
