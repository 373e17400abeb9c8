// What may be done at the border, each measure on its own basis and with its own end.
import { useState } from 'preact/hooks';
import { now } from '../../kit/clock';
import { Choice, Field, Form } from '../../kit/form';
import { t, word } from '../../kit/i18n';
import type { Entry } from '../api/types';
import { measuresOf } from '../nomination';

const kinds = ['refuse-entry', 'detain', 'refer', 'notify-quietly', 'protect'];
const bases = ['decision', 'warrant', 'provisional-arrest', 'notice'];
const option = (group: string) => (value: string) => ({ value, text: word(group, value) });

/** Sends all measures anew: those that stand and the one that is added, or without those that were taken away. */
export function Measures({ entry, send, close }: { entry: Entry; send: (body: unknown) => Promise<void>; close: () => void }) {
  const [kept, setKept] = useState(measuresOf(entry).filter((each) => !each.expiresAt || new Date(each.expiresAt).getTime() > now.value));
  const [basis, setBasis] = useState('decision');

  return (
    <>
      <ul class="problems">
        {kept.map((each) => (
          <li key={each.id ?? each.kind}><strong>{word('measure', each.kind)}</strong> {word('basis', each.basis)} {each.number}
            <button type="button" class="plain" onClick={() => setKept(kept.filter((other) => other !== each))}>{t('take_away')}</button></li>
        ))}
      </ul>
      <Form label={word('act', 'measures')} submit={t('save')} onCancel={close} send={(answers) => send({
        measures: [...kept, ...(answers['kind'] ? [{ kind: answers['kind'], basis, number: answers['number'], issuer: answers['issuer'],
          ...(answers['ends'] ? { expiresAt: `${answers['ends']}T00:00:00Z` } : {}) }] : [])],
      })}>
        <div class="fields">
          <Choice name="kind" label={t('measure')} none={t('no_new_measure')} options={kinds.map(option('measure'))} />
          <Choice name="basis" label={t('basis')} required value={basis} onChange={setBasis} options={bases.map(option('basis'))} />
          {basis !== 'decision' && <Field name="number" label={t('basis_number')} required maxLength={100} />}
          {basis !== 'decision' && <Field name="issuer" label={t('issuer')} required maxLength={100} />}
          <Field name="ends" label={t('ends')} hint={t('with_entry')} type="date" />
        </div>
      </Form>
    </>
  );
}
