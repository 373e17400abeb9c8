// Signing in: one question per screen. Password, then a code or a passkey; the first start makes the first administrator.
import { useEffect, useState } from 'preact/hooks';
import { Field, Form } from '../../kit/form';
import { country, t } from '../../kit/i18n';
import { Mark } from '../../kit/icon';
import { get, post } from '../api/client';
import { Languages } from '../languages';
import { passkeysWork, usePasskey } from '../passkey';
import { QrCode } from '../qr';
import { loadSession } from '../session';

type Step = 'password' | 'totp' | 'enrol' | 'setup';
interface Secret { secret: string; uri: string }

function Code({ path, label }: { path: string; label: string }) {
  return (
    <Form label={label} submit={t('go_on')} send={async (answers) => { await post(path, { code: answers['code'] }); await loadSession(); }}>
      <Field name="code" label={t('code')} hint={t('code_hint')} required inputMode="numeric" autoComplete="one-time-code" pattern="[0-9]{6}" maxLength={6} autoFocus />
    </Form>
  );
}

/** The code that an app makes from now on, as a picture and in letters. */
function Enrol({ secret }: { secret: Secret | null }) {
  return (
    <>
      <p>{t('enrol_how')}</p>
      {secret && <div class="enrol"><QrCode text={secret.uri} label={t('enrol_picture')} />
        <p>{t('enrol_letters')}<br /><code class="secret">{secret.secret.replace(/(.{4})/g, '$1 ').trim()}</code></p></div>}
      <Code path="/credentials/totp" label={t('enrol_title')} />
    </>
  );
}

function Password({ next, ministry }: { next: (step: Step) => void; ministry: boolean }) {
  const [trouble, setTrouble] = useState('');

  return (
    <>
      {passkeysWork() && (
        <p class="passkey"><button type="button" onClick={() => { usePasskey().then(loadSession, () => setTrouble(t('passkey_failed'))); }}>{t('with_passkey')}</button></p>
      )}
      {ministry && <p><a href="/api/v1/session/oidc">{t('with_ministry')}</a></p>}
      {trouble && <p role="alert" class="stop">{trouble}</p>}
      <Form label={t('sign_in')} submit={t('sign_in')} send={async (answers) => {
        const answer = await post<{ next: string }>('/session/password', { login: answers['login'], password: answers['password'] });
        if (answer.next === 'done') await loadSession();
        else if (answer.next === 'passkey') { await usePasskey(); await loadSession(); } else next(answer.next === 'enrol' ? 'enrol' : 'totp');
      }}>
        <Field name="login" label={t('login')} required autoComplete="username" autoFocus />
        <Field name="password" label={t('password')} type="password" required autoComplete="current-password" />
      </Form>
    </>
  );
}

function Setup({ made }: { made: (secret: Secret) => void }) {
  return (
    <>
      <p>{t('setup_how')}</p>
      <Form label={t('setup_title')} submit={t('setup_make')} send={async (answers) => {
        const answer = await post<{ totp: Secret }>('/setup', answers);
        made(answer.totp);
      }}>
        <Field name="code" label={t('setup_code')} hint={t('setup_code_hint')} required autoComplete="off" autoFocus />
        <Field name="name" label={t('your_name')} required autoComplete="name" />
        <Field name="login" label={t('login')} required autoComplete="username" />
        <Field name="password" label={t('password')} hint={t('password_hint')} type="password" required autoComplete="new-password" />
      </Form>
    </>
  );
}

export function SignIn() {
  const [step, setStep] = useState<Step>('password');
  const [secret, setSecret] = useState<Secret | null>(null);
  const [host, setHost] = useState('');
  const [ministry, setMinistry] = useState(false);
  const titles = { password: t('sign_in'), totp: t('code_title'), enrol: t('enrol_title'), setup: t('setup_title') };

  useEffect(() => {
    get<{ needed: boolean; host: string; oidc: boolean }>('/setup').then((setup) => {
      setHost(setup.host);
      setMinistry(setup.oidc);
      if (setup.needed) setStep('setup');
    }, () => undefined);
  }, []);
  useEffect(() => {
    if (step === 'enrol' && !secret) post<Secret>('/credentials/totp', {}).then(setSecret, () => undefined);
  }, [step]);
  useEffect(() => { document.title = `${titles[step]} - Cordon`; });
  return (
    <div class="sign-in">
      <header><p class="home"><Mark /><strong>Cordon</strong>{host && <span class="quiet">{country(host)}</span>}</p><Languages /></header>
      <main class="card" key={step}>
        <h1>{titles[step]}</h1>
        {step === 'password' && <Password next={setStep} ministry={ministry} />}
        {step === 'totp' && <><p>{t('code_how')}</p><Code path="/session/totp" label={t('code_title')} /></>}
        {step === 'enrol' && <Enrol secret={secret} />}
        {step === 'setup' && <Setup made={(made) => { setSecret(made); setStep('enrol'); }} />}
      </main>
      <footer class="quiet"><p>{t('sign_in_foot')}</p></footer>
    </div>
  );
}
