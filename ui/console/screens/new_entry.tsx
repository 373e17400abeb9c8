// A nomination by form: as a partner's officer, or a person whom the host deported.
import { Area, Choice, Field, Form, type Answers } from '../../kit/form';
import { country, t, word } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Entry } from '../api/types';
import { go, href } from '../router';
import { session } from '../session';

const nations = ['cn', 'kh', 'kr', 'mm', 'my', 'ph', 'th', 'tw', 'vn', 'jp', 'id', 'in', 'la', 'us'];

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n').map((each) => each.trim()).filter(Boolean);
}

function bodyOf(answers: Answers): unknown {
  const properties: Record<string, string[]> = { name: lines(answers['name']) };
  const put = (property: string, values: string[]): void => { if (values.length) properties[property] = values; };
  const one = (name: string): string[] => (answers[name] ? [answers[name] ?? ''] : []);

  put('alias', lines(answers['alias']));
  put('birthDate', one('birthDate'));
  put('nationality', one('nationality'));
  put('gender', one('gender'));
  put('passportNumber', one('passportNumber'));
  put('idNumber', one('idNumber'));
  put('phone', lines(answers['phone']));
  return {
    reference: answers['reference'], inflow: answers['inflow'], person: { schema: 'Person', properties },
    offence: answers['offence'], purpose: answers['purpose'], law: answers['law'], article: answers['article'],
    ...(answers['penalty'] ? { maximumPenaltyMonths: Number(answers['penalty']) } : {}),
    measures: [{ kind: answers['measure'], basis: answers['basis'], ...(answers['number'] ? { number: answers['number'] } : {}), ...(answers['issuer'] ? { issuer: answers['issuer'] } : {}) }],
  };
}

export function NewEntry() {
  const host = session.value?.person?.country === session.value?.host;
  const option = (group: string) => (value: string) => ({ value, text: word(group, value) });

  return (
    <section class="page narrow">
      <p class="back"><a href={href('entries')}>← {t('entries')}</a></p>
      <h1>{t('new_entry')}</h1>
      <p class="quiet">{t('new_entry_what')}</p>
      <Form label={t('new_entry')} submit={t('nominate')} onCancel={() => go(href('entries'))} send={async (answers) => {
        const made = await post<Entry>('/entries', bodyOf(answers));
        toast(word('done', 'submit'));
        go(href('entries', made.id));
      }}>
        <div class="fields">
          <Field name="reference" label={t('reference')} hint={t('reference_hint')} required maxLength={100} autoFocus />
          <Choice name="inflow" label={t('inflow')} required value={host ? 'deported' : 'nominated'} options={['nominated', 'deported'].map(option('inflow'))} />
        </div>
        <Area name="name" label={t('names')} hint={t('names_hint')} required rows={3} />
        <Area name="alias" label={t('aliases')} hint={t('aliases_hint')} rows={2} />
        <div class="fields">
          <Field name="birthDate" label={t('birth')} hint={t('birth_hint')} pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" />
          <Choice name="nationality" label={t('nationality')} none={t('unknown')} options={nations.map((value) => ({ value, text: country(value) }))} />
          <Choice name="gender" label={t('gender')} none={t('unknown')} options={['male', 'female'].map(option('gender'))} />
          <Field name="passportNumber" label={t('passport')} maxLength={40} />
          <Field name="idNumber" label={t('id_number')} maxLength={40} />
          <Field name="phone" label={t('phone')} maxLength={60} />
        </div>
        <Area name="offence" label={t('offence')} required rows={3} maxLength={4000} />
        <div class="fields">
          <Field name="law" label={t('law')} maxLength={200} />
          <Field name="article" label={t('article')} maxLength={60} />
          <Field name="penalty" label={t('penalty_months')} inputMode="numeric" pattern="[0-9]{1,4}" />
        </div>
        <Area name="purpose" label={t('purpose_of')} required rows={2} maxLength={1000} />
        <div class="fields">
          <Choice name="measure" label={t('measure')} required value="refer" options={['refuse-entry', 'detain', 'refer', 'notify-quietly', 'protect'].map(option('measure'))} />
          <Choice name="basis" label={t('basis')} required value="decision" options={['decision', 'warrant', 'provisional-arrest', 'notice'].map(option('basis'))} />
          <Field name="number" label={t('basis_number')} maxLength={100} />
          <Field name="issuer" label={t('issuer')} maxLength={100} />
        </div>
      </Form>
    </section>
  );
}
