// A nomination by form: as a partner's officer, or a person whom the host deported; and its correction before the review.
import { useState } from 'preact/hooks';
import { Area, Choice, Field, Form } from '../../kit/form';
import { countries, t, word } from '../../kit/i18n';
import { Rows } from '../../kit/rows';
import { toast } from '../../kit/toast';
import { Failed, Waiting } from '../../kit/state';
import { ask, post } from '../api/client';
import type { Document, Entry, Measure } from '../api/types';
import { useData } from '../data';
import { detailsOf, documentsOf, measuresOf, nominationOf, type Detail } from '../nomination';
import { go, href } from '../router';
import { session } from '../session';

const option = (group: string) => (value: string) => ({ value, text: word(group, value) });
const ofCountry = new Set(['nationality', 'citizenship', 'country', 'birthCountry']);
const offered = ['birthPlace', 'birthCountry', 'birthDate', 'nationality', 'address', 'phone', 'email', 'publicKey', 'iban', 'accountNumber', 'weakAlias', 'previousName', 'position', 'notes'];

/** A country, also one that the table does not name. */
function CountryChoice({ name, label, value }: { name: string; label: string; value: string | undefined }) {
  const known = countries();
  const strange = value && !known.some((each) => each.value === value) ? [{ value, text: value }] : [];
  return <Choice name={name} label={label} value={value} none={t('unknown')} options={[...strange, ...known]} />;
}

function DocumentRow({ row, prefix }: { row: Document; prefix: string }) {
  return (
    <>
      <Choice name={`${prefix}-kind`} label={t('document')} required value={row.kind} options={['passport', 'identity-card', 'other'].map(option('document'))} />
      <Field name={`${prefix}-number`} label={t('number')} required value={row.number} maxLength={60} />
      <CountryChoice name={`${prefix}-country`} label={t('issued_by')} value={row.country} />
    </>
  );
}

function MeasureRow({ row, prefix }: { row: Measure; prefix: string }) {
  const [basis, setBasis] = useState<string>(row.basis);
  return (
    <>
      <Choice name={`${prefix}-kind`} label={t('measure')} required value={row.kind} options={['refuse-entry', 'detain', 'refer', 'notify-quietly', 'protect'].map(option('measure'))} />
      <Choice name={`${prefix}-basis`} label={t('basis')} required value={basis} onChange={setBasis} options={['decision', 'warrant', 'provisional-arrest', 'notice'].map(option('basis'))} />
      <Field name={`${prefix}-number`} label={t('basis_number')} required={basis !== 'decision'} value={row.number} maxLength={100} />
      <Field name={`${prefix}-issuer`} label={t('issuer')} required={basis !== 'decision'} value={row.issuer} maxLength={100} />
      <Field name={`${prefix}-ends`} label={t('ends')} type="date" value={row.expiresAt?.slice(0, 10)} />
    </>
  );
}

function DetailRow({ row, prefix }: { row: Detail; prefix: string }) {
  const [property, setProperty] = useState(row.property);
  const names = offered.includes(row.property) ? offered : [row.property, ...offered];
  return (
    <>
      <Choice name={`${prefix}-property`} label={t('detail')} required value={property} onChange={setProperty} options={names.map(option('property'))} />
      {ofCountry.has(property) ? <CountryChoice name={`${prefix}-value`} label={t('value')} value={row.value} />
        : property === 'notes' || row.value.includes('\n') ? <Area name={`${prefix}-value`} label={t('value')} required value={row.value} rows={2} />
          : <Field name={`${prefix}-value`} label={t('value')} required value={row.value} />}
    </>
  );
}

/** Without an entry a new one is made; with one it is corrected, as it was when the form was opened. */
function Nomination({ now }: { now: Entry | null }) {
  const [entry] = useState(now);
  const host = session.value?.person?.country === session.value?.host;
  const given = (name: string): string[] => entry?.person.properties[name] ?? [];
  const title = entry ? word('act', 'change') : t('new_entry');

  return (
    <section class="page narrow">
      <p class="back"><a href={href('entries', entry?.id)}>← {entry ? t('entry') : t('entries')}</a></p>
      <h1>{title}</h1>
      <p class="quiet">{t('new_entry_what')}</p>
      <Form label={title} submit={entry ? t('save_changes') : t('nominate')} onCancel={() => go(href('entries', entry?.id))} send={async (answers) => {
        const body = nominationOf(answers, entry, host);
        const made = entry ? await ask<Entry>('PUT', `/entries/${entry.id}`, { body, version: entry.version }) : await post<Entry>('/entries', body);
        toast(word('done', entry ? 'change' : 'submit'));
        go(href('entries', made.id));
      }}>
        <Field name="reference" label={t('reference')} hint={t('reference_hint')} required value={entry?.reference} maxLength={100} autoFocus />
        <Area name="name" label={t('names')} hint={t('names_hint')} required value={given('name').join('\n')} rows={3} />
        <Area name="alias" label={t('aliases')} hint={t('aliases_hint')} value={given('alias').join('\n')} rows={2} />
        <div class="fields">
          <Field name="birthDate" label={t('birth')} hint={t('birth_hint')} value={given('birthDate')[0]} pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" />
          <CountryChoice name="nationality" label={t('nationality')} value={given('nationality')[0]} />
          <Choice name="gender" label={t('gender')} value={given('gender')[0]} none={t('unknown')} options={[...new Set(['male', 'female', ...given('gender').slice(0, 1)])].map(option('gender'))} />
          <Field name="phone" label={t('phone')} value={given('phone')[0]} maxLength={60} />
        </div>
        <Rows name="document" label={t('documents')} add={t('add_document')} first={documentsOf(entry)} blank={{ kind: 'passport', number: '' }}
          show={(row, prefix) => <DocumentRow row={row} prefix={prefix} />} />
        <Rows name="detail" label={t('details')} add={t('add_detail')} first={detailsOf(entry)} blank={{ property: 'birthPlace', value: '' }}
          show={(row, prefix) => <DetailRow row={row} prefix={prefix} />} />
        <Area name="offence" label={t('offence')} required value={entry?.offence} rows={3} maxLength={4000} />
        <div class="fields">
          <Field name="law" label={t('law')} value={entry?.assessment?.law} maxLength={200} />
          <Field name="article" label={t('article')} value={entry?.assessment?.article} maxLength={60} />
          <Field name="penalty" label={t('penalty_months')} value={entry?.assessment?.maximumPenaltyMonths?.toString()} inputMode="numeric" pattern="[0-9]{1,4}" />
        </div>
        <Area name="purpose" label={t('purpose_of')} required value={entry?.purpose} rows={2} maxLength={1000} />
        <Rows name="measure" label={t('measures')} add={t('add_measure')} least={1} first={entry ? measuresOf(entry) : [{ kind: 'refer', basis: 'decision' } as Measure]}
          blank={{ kind: 'refer', basis: 'decision' } as Measure} show={(row, prefix) => <MeasureRow row={row} prefix={prefix} />} />
      </Form>
    </section>
  );
}

export function NewEntry() {
  return <Nomination now={null} />;
}

export function ChangeEntry({ id }: { id: string }) {
  const { data, error, again } = useData<Entry>(`/entries/${id}`, []);

  if (error && !data) return <section class="page"><h1>{word('act', 'change')}</h1><Failed error={error} again={again} /></section>;
  return data ? <Nomination now={data} /> : <section class="page"><Waiting /></section>;
}
