import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { t } from '../kit/i18n';
import { Failed, Waiting } from '../kit/state';
import { Toasts } from '../kit/toast';
import { listen } from './events';
import { Help } from './help';
import { Question } from './question';
import { place } from './router';
import { loadSession, session } from './session';
import { Shell } from './shell';
import { Alerts } from './screens/alerts';
import { Appeals } from './screens/appeals';
import { Arrivals } from './screens/arrivals';
import { Audit } from './screens/audit';
import { Border } from './screens/border';
import { Campaigns } from './screens/campaigns';
import { Clearances } from './screens/clearances';
import { Contacts } from './screens/contacts';
import { Disputes } from './screens/disputes';
import { Drills } from './screens/drills';
import { Editions } from './screens/editions';
import { Entries } from './screens/entries';
import { Figures } from './screens/figures';
import { Hits } from './screens/hits';
import { Ledger } from './screens/ledger';
import { Lessons } from './screens/lessons';
import { ChangeEntry, NewEntry } from './screens/new_entry';
import { People } from './screens/people';
import { PostPage } from './screens/post';
import { Posts } from './screens/posts';
import { PortalAlarms } from './screens/portal_alarms';
import { Profile } from './screens/profile';
import { PublicListings } from './screens/public_listings';
import { Referrals } from './screens/referrals';
import { Reports } from './screens/reports';
import { Rescues } from './screens/rescues';
import { Reversals } from './screens/reversals';
import { SignIn } from './screens/sign_in';
import { Submissions } from './screens/submissions';
import { Today } from './screens/today';

const failure = signal<Error | null>(null);

function load(): void {
  failure.value = null;
  loadSession().catch((error: Error) => { failure.value = error; });
}

function Screen() {
  const { screen, id, part } = place.value;
  switch (screen) {
    case 'today': return <Today />;
    case 'submissions': return <Submissions id={id} />;
    case 'entries': if (id && part === 'change') return <ChangeEntry id={id} />;
      return id === 'new' ? <NewEntry /> : <Entries id={id} part={part} />;
    case 'hits': return <Hits id={id} />;
    case 'arrivals': return <Arrivals id={id} />;
    case 'reversals': return <Reversals id={id} />;
    case 'clearances': return <Clearances id={id} />;
    case 'lessons': return <Lessons id={id} part={part} />;
    case 'alerts': return <Alerts id={id} />;
    case 'appeals': return <Appeals id={id} />;
    case 'rescues': return <Rescues id={id} />;
    case 'referrals': return <Referrals id={id} />;
    case 'reports': return <Reports id={id} />;
    case 'campaigns': return <Campaigns id={id} />;
    case 'listings': return <PublicListings id={id} />;
    case 'disputes': return <Disputes id={id} />;
    case 'contacts': return <Contacts id={id} />;
    case 'border': return <Border />;
    case 'portal-alarms': return <PortalAlarms id={id} />;
    case 'posts': return id ? <PostPage key={id} id={id} /> : <Posts />;
    case 'drills': return <Drills />;
    case 'figures': return <Figures part={id} />;
    case 'people': return <People id={id} />;
    case 'audit': return <Audit />;
    case 'ledger': return <Ledger />;
    case 'editions': return <Editions number={id} />;
    case 'profile': return <Profile />;
    default: return <section class="page"><h1>{t('no_such_screen')}</h1><p><a href="/console">{t('to_today')}</a></p></section>;
  }
}

export function App() {
  const who = session.value;
  const inside = who?.person != null;

  useEffect(load, []);
  useEffect(() => (who?.person ? listen(who.person.id, who.news ?? 0) : undefined), [who?.person?.id]);
  if (!who) return <main class="alone">{failure.value ? <Failed error={failure.value} again={load} /> : <Waiting />}</main>;
  return (
    <>
      {inside ? <Shell><Screen /></Shell> : <SignIn />}
      <Question />
      <Help />
      <Toasts />
    </>
  );
}
