// One outcome by form, or a correction of one; and an operation of two countries.
import { useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog';
import { Choice, Field, Form } from '../../kit/form';
import { countries, t } from '../../kit/i18n';
import { Failed, Waiting } from '../../kit/state';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { FigureDefinitions, JointOperation, List, Outcome } from '../api/types';
import { useData } from '../data';
import { session } from '../session';
import { months } from './figures';

type Definition = FigureDefinitions['items'][number];

function FigureFields({ of, corrects }: { of: Definition | undefined; corrects?: Outcome }) {
  return (
    <>
      {of && <p class="quiet">{of.definition}</p>}
      <div class="fields">
        <Field name="number" label={of ? `${t('figures_number')} (${of.unit})` : t('figures_number')} required inputMode="numeric" pattern="[0-9]{1,13}" value={corrects ? String(corrects.number) : undefined} />
        {of?.counts === 'amount' && <Field name="people" label={t('outcome_cases')} hint={t('outcome_cases_hint')} required inputMode="numeric" pattern="[0-9]{1,9}" />}
        {of?.parts && <Choice name="country" label={t('nationality')} required none={t('choose')} value={corrects?.country} options={[{ value: 'zz', text: t('unknown') }, ...countries()]} />}
      </div>
    </>
  );
}

export function EnterOutcome({ corrects, close }: { corrects?: Outcome; close: () => void }) {
  const { data, error } = useData<FigureDefinitions>('/figures/definitions');
  const operations = useData<List<JointOperation>>('/operations');
  const [figure, setFigure] = useState(corrects?.figure ?? '');
  const definition = data?.items.find((each) => each.id === figure);
  const title = corrects ? t('outcome_correct') : t('outcome_enter');

  return (
    <Dialog title={title} wide onClose={close}>
      <p class="quiet">{corrects ? t('outcome_correct_what') : t('outcome_enter_what')}</p>
      {error && <Failed error={error} />}
      {!data || !operations.data ? <Waiting /> : (
        <Form label={title} submit={title} onCancel={close} send={async (answers) => {
          await post<Outcome>('/outcomes', {
            figure, month: corrects?.month ?? answers['month'], number: Number(answers['number']),
            ...(answers['country'] ? { country: answers['country'] } : {}), ...(answers['people'] ? { people: Number(answers['people']) } : {}),
            ...(corrects?.operation ?? answers['operation'] ? { operation: corrects?.operation ?? answers['operation'] } : {}),
            ...(corrects ? { replaces: corrects.id, reason: answers['reason'] } : {}), ...(answers['note'] ? { note: answers['note'] } : {}),
          });
          toast(t('outcome_entered'));
          close();
        }}>
          {corrects ? <p><strong>{corrects.name}</strong> {corrects.month}</p> : (
            <div class="fields">
              <Choice name="figure" label={t('figure')} required none={t('choose')} onChange={setFigure} options={data.items.map((each) => ({ value: each.id, text: `${each.funnelName}: ${each.name}` }))} />
              <Choice name="month" label={t('month')} required value={months(13, 0)[1]} options={months(13, 0).map((each) => ({ value: each, text: each }))} />
            </div>
          )}
          <FigureFields of={definition} {...(corrects ? { corrects } : {})} />
          {corrects
            ? <Choice name="reason" label={t('reason')} required none={t('choose')} options={data.reasons.map((each) => ({ value: each.code, text: each.text }))} />
            : <Choice name="operation" label={t('operation')} hint={t('operation_hint')} required={session.value?.person?.country !== session.value?.host} none={t('operation_none')} options={operations.data.items.map((each) => ({ value: each.code, text: each.code }))} />}
          <Field name="note" label={t('outcome_note')} maxLength={300} />
        </Form>
      )}
    </Dialog>
  );
}

export function NewOperation({ close }: { close: () => void }) {
  const host = session.value?.host, mine = session.value?.person?.country;

  return (
    <Dialog title={t('operation_new')} onClose={close}>
      <p class="quiet">{t('operation_what')}</p>
      <Form label={t('operation_new')} submit={t('operation_new')} onCancel={close} send={async (answers) => {
        await post<JointOperation>('/operations', { code: answers['code'], partner: answers['partner'] });
        toast(t('operation_made', { code: answers['code'] ?? '' }));
        close();
      }}>
        <Field name="code" label={t('operation_code')} hint={t('operation_code_hint')} required pattern="[A-Z0-9\-]{3,32}" maxLength={32} />
        <Choice name="partner" label={t('operation_partner')} required none={t('choose')} value={mine !== host ? mine : undefined} options={countries()} />
      </Form>
    </Dialog>
  );
}
