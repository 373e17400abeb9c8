// The number with which an officer signs in at a checkpoint, where the hub may be out of reach.
import { useState } from 'preact/hooks';
import { Field, Form } from '../../kit/form';
import { t } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { ask, Problem } from '../api/client';
import { mayDo, session } from '../session';

/** Who stands in a post's roster. */
const atPosts = ['primary', 'secondary', 'supervisor', 'duty', 'protection'];

export function Pin() {
  const [round, setRound] = useState(0);

  if (!mayDo('credential.pin') || !session.value?.person?.roles.some((role) => atPosts.includes(role))) return null;
  return (
    <section class="card stack" aria-label={t('pin')}>
      <h2>{t('pin')}</h2>
      <p class="quiet">{t('pin_what')}</p>
      <Form key={round} label={t('pin')} submit={t('pin_set')} send={async (answers) => {
        if (answers['pin'] !== answers['pin-again']) throw new Problem(0, 'pin-differs', t('pin_differs'), 'pin-again');
        await ask('PUT', '/credentials/pin', { body: { pin: answers['pin'] } });
        toast(t('pin_saved'));
        setRound(round + 1);
      }}>
        <Field name="pin" label={t('pin_new')} hint={t('pin_hint')} type="password" required inputMode="numeric" pattern="[0-9]{6,12}" maxLength={12} autoComplete="off" />
        <Field name="pin-again" label={t('pin_again')} type="password" required inputMode="numeric" pattern="[0-9]{6,12}" maxLength={12} autoComplete="off" />
      </Form>
    </section>
  );
}
