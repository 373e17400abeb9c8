// Buttons for what may be done with something of the public's desk, each with the question it needs.
import { useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog';
import { Area, Choice, Form } from '../../kit/form';
import { country, t, word } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { PublicTables } from '../api/types';
import { named, useTables } from './public_parts';

/** What an act asks for: a note (`note!` must be there), a reason of a table, an authority, one of several payments. */
export type Ask = 'note' | 'note!' | 'authority' | 'payment' | { reason: string };
interface Row { id: string; version: number; acts?: { act: string }[] }
/** `elsewhere`: acts whose buttons stand where what they are about is shown. */
interface Props { path: string; row: Row; asks: Record<string, Ask[]>; payments?: { value: string; text: string }[]; main?: string[]; elsewhere?: string[]; waits: string; done: () => void }

function Asked({ ask, tables, payments }: { ask: Ask; tables: PublicTables | null; payments: { value: string; text: string }[] }) {
  if (ask === 'note' || ask === 'note!') return <Area name="note" label={t('note')} required={ask === 'note!'} rows={3} maxLength={4000} />;
  if (ask === 'payment') return <Choice name="payment" label={t('payment')} required options={payments} />;
  if (ask === 'authority') {
    return <Choice name="authority" label={t('authority')} required none={t('choose')}
      options={(tables?.authorities ?? []).map((each) => ({ value: String(each.number), text: `${country(each.country)}: ${named(each.name)}` }))} />;
  }
  return <Choice name="reason" label={t('reason')} hint={t('reason_told')} required none={t('choose')}
    options={(tables?.reasons ?? []).filter((each) => each.of === ask.reason).map((each) => ({ value: each.reason, text: named(each.name) }))} />;
}

export function DeskActs({ path, row, asks, payments = [], main = [], elsewhere = [], waits, done }: Props) {
  const [open, setOpen] = useState<string | null>(null);
  const tables = useTables();
  const acts = (row.acts ?? []).filter((each) => !elsewhere.includes(each.act) && !(asks[each.act]?.includes('payment') && payments.length === 0));
  const send = async (act: string, answers: Record<string, string>): Promise<void> => {
    const numbers = ['authority', 'payment'].filter((each) => answers[each]).map((each) => [each, Number(answers[each])]);
    const texts = ['note', 'reason'].filter((each) => answers[each]).map((each) => [each, answers[each]]);
    await post(`${path}/${row.id}/acts/${act}`, Object.fromEntries([...numbers, ...texts]), { version: row.version });
    toast(word('desk-act', act));
    setOpen(null);
    done();
  };

  return (
    <section class="card next" aria-label={t('what_next')}>
      <h2>{t('what_next')}</h2>
      <p class="quiet">{acts.length ? waits : t('nothing_to_do')}</p>
      <div class="acts">{acts.map(({ act }) => (
        <button type="button" key={act} data-act={act} class={main.includes(act) ? 'main' : ''} onClick={() => setOpen(act)}>{word('desk-do', act)}</button>))}</div>
      {open && (
        <Dialog title={word('desk-do', open)} onClose={() => setOpen(null)}>
          <p class="quiet">{word('desk-why', open)}</p>
          <Form label={word('desk-do', open)} submit={word('desk-do', open)} danger={['end', 'decline'].includes(open)} onCancel={() => setOpen(null)} send={(answers) => send(open, answers)}>
            {(asks[open] ?? []).map((ask) => <Asked key={JSON.stringify(ask)} ask={ask} tables={tables} payments={payments} />)}
          </Form>
        </Dialog>
      )}
    </section>
  );
}
