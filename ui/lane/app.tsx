import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Pair, SignIn } from './door';
import { drillZone, Lane } from './lane';
import { failure, listen, loadState, ask, state, type State } from './post';
import { hitsChanged, Second } from './second';
import { language, languages, names, setLanguage, t, word } from './words';

const second = signal(false);

function age(ms: number): string {
  const minutes = Math.floor(ms / 60000);
  return minutes < 60 ? t('age_minutes', { n: minutes }) : minutes < 2880 ? t('age_hours', { n: Math.floor(minutes / 60) })
    : t('age_days', { n: Math.floor(minutes / 1440) });
}

/** What every screen says: which list, how old, whether the hub is there, what waits, who works here. */
function Bar({ now }: { now: State }) {
  const may = now.officer && ['secondary', 'supervisor', 'protection'].some((role) => now.officer?.roles.includes(role));
  return (
    <header class="bar">
      {failure.value && <p class="trouble" role="alert">{failure.value}</p>}
      <p class={`list ${failure.value ? 'none' : now.list.colour}`}>
        <strong>{now.list.number ? t('list', { n: now.list.number }) : t('list_none')}</strong>
        {now.list.number > 0 && <span>{age(now.list.ageMs)}</span>}
        <span>{failure.value ? t('as_last_heard') : word('colour', now.list.colour)}</span>
        {now.list.number > 0 && !now.list.witnessed && <span>{t('not_witnessed')}</span>}
      </p>
      <p>{failure.value ? t('no_post') : now.online ? t('online') : t('offline')}{now.queue.waiting > 0 && ` · ${t('waiting', { n: now.queue.waiting })}`}</p>
      {now.trouble.map((each) => <p key={each} class="trouble">{word('trouble', each)}</p>)}
      <p class="who">{now.post.name}{now.lane && ` · ${t('lane', { name: now.lane })}`}{now.officer && ` · ${now.officer.name}`}</p>
      <nav aria-label={t('screens')}>
        {may && <button type="button" aria-pressed={!second.value} onClick={() => { second.value = false; }}>{t('first_line')}</button>}
        {may && <button type="button" aria-pressed={second.value} onClick={() => { second.value = true; }}>{t('second_line')}</button>}
        {now.officer && <button type="button" onClick={() => { void ask('DELETE', 'session').then(loadState); }}>{t('sign_out')}</button>}
      </nav>
      <div class="languages" role="group" aria-label={t('language')}>
        {languages.map((each) => (
          <button type="button" key={each} lang={each} aria-pressed={language.value === each} onClick={() => setLanguage(each)}>{names[each]}</button>
        ))}
      </div>
    </header>
  );
}

/** A list of a week ago is worked with only after somebody who answers for it has seen that. */
function Red({ now }: { now: State }) {
  const may = now.officer?.roles.includes('supervisor');
  return (
    <section class="red" role="alert">
      <p><strong>{t('red_list')}</strong> {t('red_list_text', { desk: now.desk })}</p>
      {may && <button type="button" onClick={() => { void ask('POST', 'acknowledgement', {}).then(loadState); }}>{t('red_seen')}</button>}
    </section>
  );
}

export function App() {
  const now = state.value;
  useEffect(() => listen((zone) => { drillZone.value = zone; }, () => { hitsChanged.value += 1; }), [now?.lane]);
  if (!now) return <main class="door"><h1>Cordon</h1><p role="status">{failure.value || t('waiting_post')}</p></main>;
  return (
    <>
      <Bar now={now} />
      {now.officer && now.list.colour === 'red' && !now.acknowledged && <Red now={now} />}
      {!now.lane ? <Pair /> : !now.officer ? <SignIn /> : second.value ? <Second /> : <Lane now={now} />}
    </>
  );
}
