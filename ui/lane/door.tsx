// Before work: this browser becomes a lane, an officer signs in.
import { useEffect, useState } from 'preact/hooks';
import { ask, loadState } from './post';
import { t } from './words';

function useSend(path: string): [string, (event: Event) => void] {
  const [wrong, setWrong] = useState('');
  return [wrong, (event) => {
    event.preventDefault();
    const answers = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    ask('POST', path, answers).then(loadState).then(() => setWrong('')).catch((error: Error) => setWrong(error.message));
  }];
}

export function Pair() {
  const [wrong, send] = useSend('lane');
  return (
    <main class="door">
      <h1>{t('pair')}</h1>
      <p>{t('pair_text')}</p>
      <form onSubmit={send}>
        {wrong && <p class="wrong" role="alert">{wrong}</p>}
        <label>{t('code')}<input name="code" required autocomplete="off" autocapitalize="none" /></label>
        <label>{t('lane_name')}<input name="name" required maxLength={20} autocomplete="off" /></label>
        <button type="submit">{t('pair_do')}</button>
      </form>
    </main>
  );
}

export function SignIn() {
  const [wrong, send] = useSend('session');
  const [people, setPeople] = useState<{ login: string; name: string }[]>([]);
  const [unheard, setUnheard] = useState('');
  useEffect(() => {
    ask<{ items: { login: string; name: string }[] }>('GET', 'roster').then((roster) => setPeople(roster.items)).catch((error: Error) => setUnheard(error.message));
  }, []);
  return (
    <main class="door">
      <h1>{t('sign_in')}</h1>
      {people.length === 0 && <p>{unheard || t('nobody_known')}</p>}
      <form onSubmit={send}>
        {wrong && <p class="wrong" role="alert">{wrong}</p>}
        <label>{t('officer')}
          <select name="login" required>{people.map((each) => <option key={each.login} value={each.login}>{each.name}</option>)}</select>
        </label>
        <label>{t('pin')}<input name="pin" type="password" inputMode="numeric" pattern="[0-9]{6,12}" required autocomplete="off" /></label>
        <button type="submit">{t('sign_in')}</button>
      </form>
    </main>
  );
}
