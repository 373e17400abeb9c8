// The legal officer's assessment: law, penalty, both countries, proportionality, and the five things that rule a listing out.
import { Area, Choice, Field, Form, Tick } from '../../kit/form';
import { country, t, word } from '../../kit/i18n';
import type { Entry } from '../api/types';
import { lifecycle } from '../lifecycle';
import { exclusionNames } from './entry_about';

export function Assessment({ entry, send, close }: { entry: Entry; send: (body: unknown) => Promise<void>; close: () => void }) {
  const a = entry.assessment;
  const yesNo = [{ value: 'no', text: t('no') }, { value: 'yes', text: t('yes') }];
  const given = (value: boolean | string | undefined): string => (value === undefined ? '' : value === true || value === 'yes' ? 'yes' : 'no');

  return (
    <Form label={word('act', 'assess')} submit={t('assess_save')} onCancel={close} send={(answers) => send({
      assessment: {
        law: answers['law'], article: answers['article'], maximumPenaltyMonths: Number(answers['penalty']), dualCriminality: answers['dual'] === 'yes', convicted: answers['convicted'] === 'yes',
        proportionality: answers['proportionality'],
        exclusions: Object.fromEntries(exclusionNames.map((name) => [name, answers[name] === 'yes'])),
        ...(answers['childDecision'] ? { childDecision: answers['childDecision'] } : {}),
      },
    })}>
      <div class="fields">
        <Field name="law" label={t('law')} hint={t('law_hint')} required value={a?.law} maxLength={200} list="laws" />
        <Field name="article" label={t('article')} required value={a?.article} maxLength={60} />
        <Field name="penalty" label={t('penalty_months')} required inputMode="numeric" pattern="[0-9]{1,4}" value={a?.maximumPenaltyMonths?.toString()} />
        <Choice name="dual" label={t('dual')} required none={t('choose')} value={a?.by ? given(a.dualCriminality) : ''} options={yesNo} />
      </div>
      <Tick name="convicted" label={t('convicted')} checked={a?.convicted} />
      <datalist id="laws">{lifecycle().laws?.map((each) => <option key={each.id} value={each.law}>{`${country(each.country)} · ${each.article} · ${each.offence}`}</option>)}</datalist>
      <Area name="proportionality" label={t('proportionality')} hint={t('proportionality_hint')} required value={a?.proportionality} rows={3} maxLength={4000} />
      <fieldset>
        <legend>{t('exclusions')}<span class="hint">{t('exclusions_hint')}</span></legend>
        <div class="fields">
          {exclusionNames.map((name) => (
            <Choice key={name} name={name} label={word('exclusion', name)} required none={t('choose')} value={a?.by ? given(a.exclusions?.[name]) : ''} options={yesNo} />
          ))}
        </div>
      </fieldset>
      <Field name="childDecision" label={t('child_decision')} hint={t('child_decision_hint')} value={a?.childDecision} maxLength={100} />
    </Form>
  );
}
