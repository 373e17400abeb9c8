// A nomination by form: as a partner's officer, or a person whom the host deported; and its correction before the review.
import { Area, Choice, Field, Form, type Answers } from '../../kit/form';
import { country, t, word } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { Failed, Waiting } from '../../kit/state';
import { ask, post } from '../api/client';
import type { Entry } from '../api/types';
import { useData } from '../data';
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

/** Without an entry a new one is made; with one it is corrected. */
function Nomination({ entry }: { entry: Entry | null }) {
  const host = session.value?.person?.country === session.value?.host;
  const given = (...names: string[]): string => names.flatMap((name) => entry?.person.properties[name] ?? []).join('\n');
  const measure = entry?.measures[0];
  const title = entry ? word('act', 'change') : t('new_entry');
  const option = (group: string) => (value: string) => ({ value, text: word(group, value) });

  return (
    <section class="page narrow">
      <p class="back"><a href={href('entries')}>← {t('entries')}</a></p>
      <h1>{title}</h1>
      <p class="quiet">{t('new_entry_what')}</p>
      <Form label={title} submit={entry ? t('save_changes') : t('nominate')} onCancel={() => go(href('entries', entry?.id))} send={async (answers) => {
        const made = entry ? await ask<Entry>('PUT', `/entries/${entry.id}`, { body: bodyOf(answers), version: entry.version })
          : await post<Entry>('/entries', bodyOf(answers));
        toast(word('done', entry ? 'change' : 'submit'));
        go(href('entries', made.id));
      }}>
        <div class="fields">
          <Field name="reference" label={t('reference')} hint={t('reference_hint')} required value={entry?.reference} maxLength={100} autoFocus />
          <Choice name="inflow" label={t('inflow')} required value={entry?.inflow ?? (host ? 'deported' : 'nominated')} options={['nominated', 'deported'].map(option('inflow'))} />
        </div>
        <Area name="name" label={t('names')} hint={t('names_hint')} required value={given('name')} rows={3} />
        <Area name="alias" label={t('aliases')} hint={t('aliases_hint')} value={given('alias')} rows={2} />
        <div class="fields">
          <Field name="birthDate" label={t('birth')} hint={t('birth_hint')} value={given('birthDate').split('\n')[0]} pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" />
          <Choice name="nationality" label={t('nationality')} value={given('nationality').split('\n')[0]} none={t('unknown')} options={nations.map((value) => ({ value, text: country(value) }))} />
          <Choice name="gender" label={t('gender')} value={given('gender')} none={t('unknown')} options={['male', 'female'].map(option('gender'))} />
          <Field name="passportNumber" label={t('passport')} value={given('passportNumber').split('\n')[0]} maxLength={40} />
          <Field name="idNumber" label={t('id_number')} value={given('idNumber').split('\n')[0]} maxLength={40} />
          <Field name="phone" label={t('phone')} value={given('phone').split('\n')[0]} maxLength={60} />
        </div>
        <Area name="offence" label={t('offence')} required value={entry?.offence} rows={3} maxLength={4000} />
        <div class="fields">
          <Field name="law" label={t('law')} value={entry?.assessment?.law} maxLength={200} />
          <Field name="article" label={t('article')} value={entry?.assessment?.article} maxLength={60} />
          <Field name="penalty" label={t('penalty_months')} value={entry?.assessment?.maximumPenaltyMonths?.toString()} inputMode="numeric" pattern="[0-9]{1,4}" />
        </div>
        <Area name="purpose" label={t('purpose_of')} required value={entry?.purpose} rows={2} maxLength={1000} />
        <div class="fields">
          <Choice name="measure" label={t('measure')} required value={measure?.kind ?? 'refer'} options={['refuse-entry', 'detain', 'refer', 'notify-quietly', 'protect'].map(option('measure'))} />
          <Choice name="basis" label={t('basis')} required value={measure?.basis ?? 'decision'} options={['decision', 'warrant', 'provisional-arrest', 'notice'].map(option('basis'))} />
          <Field name="number" label={t('basis_number')} value={measure?.number} maxLength={100} />
          <Field name="issuer" label={t('issuer')} value={measure?.issuer} maxLength={100} />
        </div>
      </Form>
    </section>
  );
}

export function NewEntry() {
  return <Nomination entry={null} />;
}

export function ChangeEntry({ id }: { id: string }) {
  const { data, error, again } = useData<Entry>(`/entries/${id}`, []);

  if (error && !data) return <section class="page"><h1>{word('act', 'change')}</h1><Failed error={error} again={again} /></section>;
  return data ? <Nomination entry={data} /> : <section class="page"><Waiting /></section>;
}
