// Oneself: how one signs in, the language, light and dark.
import { useState } from 'preact/hooks';
import { When } from '../../kit/clock';
import { Field, Form } from '../../kit/form';
import { country, t, word, type Key } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { toast } from '../../kit/toast';
import { ask, post } from '../api/client';
import type { Credential, List } from '../api/types';
import { useData } from '../data';
import { Languages } from '../languages';
import { addPasskey, passkeysWork } from '../passkey';
import { go } from '../router';
import { loadSession, session } from '../session';
import { setTheme, theme, type Theme } from '../theme';
import { Fact } from './entry_about';
import { Pin } from './pin';

const themes: [Theme, Key][] = [['auto', 'theme_auto'], ['light', 'theme_light'], ['dark', 'theme_dark']];

function Credentials() {
  const { data, again } = useData<List<Credential>>('/credentials', []);
  const [trouble, setTrouble] = useState('');
  const remove = (id: string): void => {
    ask('DELETE', `/credentials/${id}`).then(() => { toast(t('removed_it')); again(); }, (error: Error) => setTrouble(error.message));
  };

  return (
    <section class="card stack" aria-label={t('credentials')}>
      <h2>{t('credentials')}</h2>
      {trouble && <p role="alert" class="stop">{trouble}</p>}
      <ul class="problems">{data?.items.map((each) => (
        <li key={each.id}><b>{word('credential', each.kind)}</b> {each.name} <span class="quiet"><When at={each.lastUsedAt ?? each.createdAt} /></span>
          {each.kind === 'passkey' && <button type="button" class="plain" onClick={() => remove(each.id)}>{t('take_away')}</button>}</li>
      ))}</ul>
      {passkeysWork() && (
        <Form label={t('add_passkey')} submit={t('add_passkey')} send={async (answers) => { await addPasskey(answers['passkey'] ?? ''); toast(t('saved')); again(); }}>
          <Field name="passkey" label={t('passkey_name')} hint={t('passkey_name_hint')} required maxLength={60} />
        </Form>
      )}
    </section>
  );
}

function Password() {
  return (
    <section class="card stack" aria-label={t('change_password')}>
      <h2>{t('change_password')}</h2>
      <Form label={t('change_password')} submit={t('change_password')} send={async (answers) => {
        await post('/credentials/password', { password: answers['password'], new: answers['new'] });
        toast(t('saved'));
      }}>
        <Field name="password" label={t('password_now')} type="password" required autoComplete="current-password" />
        <Field name="new" label={t('password_new')} hint={t('password_hint')} type="password" required autoComplete="new-password" />
      </Form>
    </section>
  );
}

export function Profile() {
  const person = session.value?.person;

  return (
    <section class="page narrow">
      <div class="page-head"><h1>{t('profile')}</h1>
        <button type="button" onClick={() => { void ask('DELETE', '/session').catch(() => undefined).then(() => { go('/console'); return loadSession(); }); }}>{t('sign_out')}</button></div>
      {person && (
        <section class="card" aria-label={t('profile')}>
          <dl class="facts">
            <Fact label={t('name')}><Name text={person.name} /></Fact>
            <Fact label={t('agency')}>{person.agencyName ?? person.agency} · {country(person.country)}</Fact>
            <Fact label={t('roles')}>{person.roles.map((each) => word('role', each)).join(', ')}</Fact>
            <Fact label={t('signed_in_with')}>{word('credential', session.value?.strength)}</Fact>
          </dl>
        </section>
      )}
      <section class="card stack" aria-label={t('appearance')}>
        <h2>{t('appearance')}</h2>
        <div class="figures-row"><Languages />
          <div class="languages" role="group" aria-label={t('appearance')}>
            {themes.map(([name, label]) => <button type="button" key={name} aria-pressed={theme.value === name} onClick={() => setTheme(name)}>{t(label)}</button>)}
          </div></div>
      </section>
      <Credentials />
      <Password />
      <Pin />
    </section>
  );
}
