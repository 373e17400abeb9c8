// The form of a new official contact.
import { Dialog } from '../../kit/dialog';
import { Area, Choice, Field, Form, Tick } from '../../kit/form';
import { countries, languageNames, languages, t, word } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Contact } from '../api/types';
import { go, href } from '../router';

const kinds = ['hotline', 'police', 'embassy', 'bank', 'telecom', 'aid', 'app', 'site', 'authority', 'exchange'];
const types = ['phone', 'telegram', 'url', 'email', 'line', 'facebook', 'bank', 'wallet'];
const serves = ['rescue', 'money', 'report', 'advice', 'labour'];
/** As many ways to reach it as the form takes; a second one is rarely needed. */
const places = ['1', '2'];

export function NewContact({ close }: { close: () => void }) {
  const send = async (answers: Record<string, string>): Promise<void> => {
    const values = places.filter((each) => answers[`value${each}`]).map((each) => ({ type: answers[`type${each}`], value: answers[`value${each}`] }));
    const name = Object.fromEntries(languages.filter((each) => answers[`name_${each}`]).map((each) => [each, answers[`name_${each}`]]));
    const made = await post<Contact>('/contacts', { kind: answers['kind'], country: answers['country'], name, values, shown: answers['unshown'] !== 'yes', checked: answers['checked'], source: answers['source'],
      serves: serves.filter((each) => answers[`serves_${each}`] === 'yes').join('|'), hours: answers['hours'] ?? '', languages: '', ...(answers['note'] ? { note: answers['note'] } : {}) });
    toast(t('proposed'));
    close();
    go(href('contacts', made.id));
  };

  return (
    <Dialog title={t('contact_new')} onClose={close}>
      <p class="quiet">{t('contact_new_what')}</p>
      <Form label={t('contact_new')} submit={t('propose')} onCancel={close} send={send}>
        <div class="fields">
          <Choice name="kind" label={t('contact_kind')} required options={kinds.map((value) => ({ value, text: word('contact-kind', value) }))} />
          <Choice name="country" label={t('country')} required none={t('choose')} options={countries()} />
          {languages.map((each) => <Field key={each} name={`name_${each}`} label={`${t('name')} (${languageNames[each]})`} lang={each} required={each === 'en'} maxLength={100} />)}
        </div>
        {places.map((each) => (
          <div class="fields" key={each}>
            <Choice name={`type${each}`} label={t('contact_way')} options={types.map((value) => ({ value, text: word('contact-value', value) }))} />
            <Field name={`value${each}`} label={t('contact_value')} required={each === '1'} maxLength={400} />
          </div>
        ))}
        {serves.map((each) => <Tick key={each} name={`serves_${each}`} label={word('contact-serves', each)} />)}
        <div class="fields">
          <Field name="hours" label={t('hours')} hint={t('hours_hint')} maxLength={60} />
          <Field name="checked" label={t('checked')} type="date" required />
        </div>
        <Area name="source" label={t('source')} required rows={2} maxLength={900} />
        <Area name="note" label={t('note')} rows={2} maxLength={2000} />
        <Tick name="unshown" label={t('contact_unshown')} hint={t('contact_unshown_hint')} />
      </Form>
    </Dialog>
  );
}
