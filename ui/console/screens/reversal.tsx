// One answer that turned round: what the carrier was told when, and the call with its number where it did not say that it knows.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { Clock } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Area, Form } from '../../kit/form';
import { t } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { Problem, post } from '../api/client';
import type { Reversal } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { Fact } from './entry_about';
import { reversalState } from './reversals';

function Call({ reversal, done }: { reversal: Reversal; done: () => void }) {
  const [open, setOpen] = useState(false);
  const send = async (text: string): Promise<void> => {
    await post(`/reversals/${reversal.id}/acts/called`, { text });
    toast(t('reversal_done_said'));
    setOpen(false);
    done();
  };

  return (
    <section class={reversal.call ? 'card next warning stack' : 'card next stack'} aria-label={t('reversal_call_title')}>
      <h2>{t('reversal_call_title')}</h2>
      {reversal.call ? <p>{t('reversal_call_why')}</p> : <Clock start={reversal.createdAt} end={reversal.callAt} label={t('reversal_call_at')} />}
      <p>{reversal.telephone ? <strong><a href={`tel:${reversal.telephone.replace(/[^+\d]/g, '')}`}>{reversal.telephone}</a></strong> : t('reversal_number_none')}
        {reversal.carrierName && <> · {reversal.carrierName}</>}</p>
      <p><Name text={reversal.name} /> · {reversal.flight} · <Badge group="board" value={reversal.board ? 'board' : 'not-board'} /></p>
      {mayDo('arrival.act') && <div class="acts"><button type="button" class="main" data-act="called" onClick={() => setOpen(true)}>{t('reversal_done')}</button></div>}
      {open && (
        <Dialog title={t('reversal_done')} onClose={() => setOpen(false)}>
          <Form label={t('reversal_done')} submit={t('reversal_done')} onCancel={() => setOpen(false)} send={(given) => send(given['text'] ?? '')}>
            <Area name="text" label={t('reversal_done_what')} required rows={3} maxLength={4000} />
          </Form>
        </Dialog>
      )}
    </section>
  );
}

export function ReversalView({ id, back, done }: { id: string; back: string; done: () => void }) {
  const { data: reversal, error, again } = useData<Reversal>(`/reversals/${id}`, ['arrival', 'minute']);

  if (error && !reversal) {
    return <div class="entry"><p class="back"><a href={back}>← {t('reversals')}</a></p><h1>{t('reversals')}</h1>
      {error instanceof Problem && error.status === 404 ? <p>{t('reversal_missing')}</p> : <Failed error={error} again={again} />}</div>;
  }
  if (!reversal) return <div class="entry"><Waiting /></div>;
  return (
    <article class="entry stack">
      <header class="entry-head">
        <p class="back"><a href={back}>← {t('reversals')}</a></p>
        <h1><Name text={reversal.name} /></h1>
        <p class="badges"><Badge group="board" value={reversal.board ? 'board' : 'not-board'} /><Badge group="reversal" value={reversalState(reversal)} /></p>
      </header>
      {reversal.acts.some((each) => each.act === 'called') && <Call reversal={reversal} done={() => { again(); done(); }} />}
      <dl class="facts">
        <Fact label={t('flight')}>{reversal.flight} · <a href={href('arrivals', reversal.arrival)}>{t('reversal_to_list')}</a></Fact>
        <Fact label={t('carrier')}>{reversal.carrierName ?? reversal.carrier}</Fact>
        <Fact label={t('arrival_due')}>{dateTime(reversal.expectedAt)}</Fact>
        <Fact label={t('reversal_created')}>{dateTime(reversal.createdAt)}</Fact>
        {reversal.sentAt && <Fact label={t('reversal_sent')}>{dateTime(reversal.sentAt)}</Fact>}
        {reversal.acknowledgedAt && <Fact label={t('reversal_acknowledged')}>{dateTime(reversal.acknowledgedAt)}</Fact>}
        {reversal.calledAt && <Fact label={t('reversal_called')}>{dateTime(reversal.calledAt)}{reversal.calledByName && <> · <Name text={reversal.calledByName} /></>}
          {reversal.callNote && <blockquote>{reversal.callNote}</blockquote>}</Fact>}
      </dl>
    </article>
  );
}
