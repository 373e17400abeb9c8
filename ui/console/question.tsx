// The two questions the hub may put before it does something: prove again who you are, and say why.
import { useState } from 'preact/hooks';
import { Dialog } from '../kit/dialog';
import { Area, Field, Form } from '../kit/form';
import { t } from '../kit/i18n';
import { post } from './api/client';
import { passkeysWork, usePasskey } from './passkey';
import { question } from './session';

export function Question() {
  const open = question.value;
  const [trouble, setTrouble] = useState('');

  if (!open) return null;
  if (open.kind === 'purpose') {
    return (
      <Dialog title={t('purpose_title')} onClose={() => open.answer(null)}>
        <p class="quiet">{t('purpose_why')}</p>
        <Form label={t('purpose_title')} submit={t('go_on')} onCancel={() => open.answer(null)}
          send={async (answers) => open.answer(answers['purpose'] ?? '')}>
          <Area name="purpose" label={t('purpose')} rows={2} required maxLength={200} />
        </Form>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('anew_title')} onClose={() => open.answer(null)}>
      <p class="quiet">{t('anew_why')}</p>
      {passkeysWork() && (
        <p><button type="button" onClick={() => { usePasskey().then(() => open.answer('done'), () => setTrouble(t('passkey_failed'))); }}>{t('with_passkey')}</button></p>
      )}
      {trouble && <p role="alert" class="stop">{trouble}</p>}
      <Form label={t('anew_title')} submit={t('prove')} onCancel={() => open.answer(null)}
        send={async (answers) => { await post('/session/totp', { code: answers['code'] }); open.answer('done'); }}>
        <Field name="code" label={t('code')} hint={t('code_hint')} required inputMode="numeric" autoComplete="one-time-code" pattern="[0-9]{6}" maxLength={6} autoFocus />
      </Form>
    </Dialog>
  );
}
