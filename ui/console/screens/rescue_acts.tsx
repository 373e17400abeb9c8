// What an officer may do about a call for help, in the name of his country.
import { useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog';
import { Area, Choice, Field, Form } from '../../kit/form';
import { t, word } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Rescue } from '../api/types';
import { named, useTables } from './public_parts';

type Ask = 'note' | 'note!' | 'result' | 'at';
/** Those that ask nothing are done at once. */
const asks: Record<string, Ask[]> = { acknowledge: [], take: [], note: ['note!'], check: ['at', 'note'], propose: ['result', 'note'], agree: ['note'], disagree: ['note!'], 'take-back': [] };
const main = ['acknowledge', 'take', 'agree'];

function Asked({ ask }: { ask: Ask }) {
  const tables = useTables();
  if (ask === 'at') return <Field name="at" label={t('rescue_at')} hint={t('rescue_at_hint')} type="datetime-local" />;
  if (ask === 'result') {
    return <Choice name="reason" label={t('rescue_result')} required none={t('choose')}
      options={(tables?.reasons ?? []).filter((each) => each.of === 'rescue').map((each) => ({ value: each.reason, text: named(each.name) }))} />;
  }
  return <Area name="note" label={t('note')} hint={t('rescue_both_see')} required={ask === 'note!'} rows={3} maxLength={4000} />;
}

export function RescueActs({ row, done }: { row: Rescue; done: () => void }) {
  const [open, setOpen] = useState<string | null>(null);
  const acts = (row.acts ?? []).map((each) => each.act);
  const send = async (act: string, answers: Record<string, string>): Promise<void> => {
    const body = Object.fromEntries(['note', 'reason'].filter((each) => answers[each]).map((each) => [each, answers[each]]));
    await post(`/rescues/${row.id}/acts/${act}`, answers['at'] ? { ...body, at: new Date(answers['at']).toISOString() } : body, { version: row.version });
    toast(word('rescue-act', act));
    setOpen(null);
    done();
  };

  return (
    <section class="card next" aria-label={t('what_next')}>
      <h2>{t('what_next')}</h2>
      <p class="quiet">{t(acts.length ? 'rescue_waits' : 'nothing_to_do')}</p>
      <div class="acts">{acts.map((act) => (
        <button type="button" key={act} data-act={act} class={main.includes(act) ? 'main' : ''} onClick={() => {
          if (asks[act]?.length === 0) send(act, {}).catch((error: Error) => { toast(error.message); done(); });
          else setOpen(act);
        }}>{word('rescue-do', act)}</button>))}</div>
      {open && (
        <Dialog title={word('rescue-do', open)} onClose={() => setOpen(null)}>
          <p class="quiet">{word('rescue-why', open)}</p>
          <Form label={word('rescue-do', open)} submit={word('rescue-do', open)} onCancel={() => setOpen(null)} send={(answers) => send(open, answers)}>
            {(asks[open] ?? []).map((ask) => <Asked key={ask} ask={ask} />)}
          </Form>
        </Dialog>
      )}
    </section>
  );
}
