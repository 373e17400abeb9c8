// What this officer may do now: each act with its conditions in words; an act opens the form that it needs.
import { useState } from 'preact/hooks';
import { Clock } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Area, Choice, Field, Form, type Answers } from '../../kit/form';
import { Icon } from '../../kit/icon';
import { t, word } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Act, Condition, Entry } from '../api/types';
import { conditionWord, reasonWord } from '../lifecycle';
import { measuresOf } from '../nomination';
import { go, href } from '../router';
import { mayDo } from '../session';
import { Assessment } from './assessment';
import { Measures } from './measures_form';

/** What an act's form asks beside a reason. */
const asks: Record<string, ('text' | 'text?' | 'number' | 'validity' | 'until')[]> = {
  take: [], return: ['text'], answer: ['text'], refuse: ['text'], approve: ['number', 'validity', 'text'], confirm: ['number', 'text?'],
  decline: ['text'], suspend: ['text'], resume: ['text?'], extend: ['until', 'text'], prolong: ['text?'], withdraw: ['text?'], remove: ['text'],
  erase: ['text'], 'erase-confirm': ['text?'], urgent: ['text'], 'urgent-confirm': ['text?'],
};
/** Acts that move on a person's case; the others stand quietly beneath. */
const forward = new Set(['take', 'assess', 'answer', 'approve', 'confirm', 'resume', 'prolong', 'urgent-confirm', 'erase-confirm']);
/** What makes an act somebody else's, or one for another day: it is not shown where one of these fails. */
const elsewhere = new Set(['extension-proposed', 'erasure-proposed', 'urgent-proposed', 'own-work']);
const grave = new Set(['refuse', 'remove', 'erase', 'erase-confirm', 'withdraw', 'suspend']);

export function Conditions({ conditions }: { conditions: Condition[] }) {
  return (
    <ul class="conditions">
      {conditions.map((each) => (
        <li key={each.name} class={each.holds ? 'holds' : 'fails'}><Icon name={each.holds ? 'check' : 'alert'} />
          <span>{conditionWord(each.name)}</span></li>
      ))}
    </ul>
  );
}

function bodyOf(act: string, answers: Answers): Record<string, unknown> {
  const { reason, text, number, validityDays, until, measure } = answers;
  const body: Record<string, unknown> = {};

  if (reason) body['reason'] = reason;
  if (measure) body['measure'] = measure;
  if (text) body['text'] = text;
  if (act === 'approve' || act === 'confirm') {
    body['decision'] = { number, ...(text ? { text } : {}), ...(validityDays ? { validityDays: Number(validityDays) } : {}) };
  }
  if (until) body['extension'] = { until: `${until}T00:00:00Z`, text };
  return body;
}

function ActForm({ entry, act, send, close }: { entry: Entry; act: Act; send: (body: unknown) => Promise<void>; close: () => void }) {
  const wanted = asks[act.act] ?? ['text?'];
  const number = entry.decisions?.[0]?.number;

  return (
    <>
      {word('act-why', act.act) !== act.act && <p class="quiet">{word('act-why', act.act)}</p>}
      <Form label={word('act', act.act)} submit={word('act', act.act)} danger={grave.has(act.act)} onCancel={close} send={(answers) => send(bodyOf(act.act, answers))}>
        {act.reasons && act.reasons.length > 0 && (
          <Choice name="reason" label={t('reason')} required none={t('choose')} options={act.reasons.map((value) => ({ value, text: reasonWord(value) }))} />
        )}
        {act.act === 'end-measure' && (
          <Choice name="measure" label={t('measure')} required none={t('choose')} options={measuresOf(entry).map((each) => ({ value: each.id ?? '', text: [word('measure', each.kind), word('basis', each.basis), each.number].filter(Boolean).join(' · ') }))} />
        )}
        {wanted.includes('number') && <Field name="number" label={t('decision_number')} required value={number} maxLength={100} />}
        {wanted.includes('validity') && <Field name="validityDays" label={t('validity')} hint={t('validity_hint')} required value="365" inputMode="numeric" pattern="[0-9]{1,4}" />}
        {wanted.includes('until') && <Field name="until" label={t('until')} type="date" required />}
        {(wanted.includes('text') || wanted.includes('text?')) && (
          <Area name="text" label={act.act === 'return' ? t('question') : act.act === 'answer' ? t('answer') : t('grounds')} required={wanted.includes('text')} maxLength={4000} />
        )}
      </Form>
    </>
  );
}

export function EntryActs({ entry, done }: { entry: Entry; done: () => void }) {
  const [open, setOpen] = useState<Act | null>(null);
  const acts = (entry.acts ?? []).filter((each) => !each.conditions?.some((one) => !one.holds && elsewhere.has(one.name)));
  const next = acts.filter((each) => forward.has(each.act));
  const other = acts.filter((each) => !forward.has(each.act));
  const failing = acts.flatMap((each) => each.conditions ?? []).filter((each, i, all) => all.findIndex((other) => other.name === each.name) === i);
  const send = (act: string) => async (body: unknown): Promise<void> => {
    await post(`/entries/${entry.id}/acts/${act}`, body, { version: entry.version });
    setOpen(null);
    toast(word('done', act));
    done();
  };
  const button = (act: Act) => {
    const main = act === next[next.length - 1];
    const blocked = act.conditions?.some((each) => !each.holds);
    return <button key={act.act} type="button" class={main && !blocked ? 'main' : ''} data-act={act.act} onClick={() => (act.act === 'change' ? go(href('entries', entry.id, 'change')) : setOpen(act))}>{word('act', act.act)}</button>;
  };

  return (
    <>
      <section class="card next" aria-label={t('what_next')}>
        <h2>{t('what_next')}</h2>
        {acts.length === 0 && <p class="quiet">{word('waits', entry.state)}</p>}
        {failing.length > 0 && <Conditions conditions={failing} />}
        <div class="acts">{next.map(button)}{other.map(button)}
          {entry.listed && mayDo('hit.read') && <a class="button" href={`${href('hits')}?entry=${entry.id}`}>{t('hits_of_entry')}</a>}
          {entry.listed && mayDo('clearance.create') && <a class="button" href={`${href('clearances')}?entry=${entry.id}`}>{t('propose_clearance')}</a>}</div>
      </section>
      {(entry.reviewDue || entry.expiresAt) && (
        <section class="card stack" aria-label={t('clocks')}>
          <h2>{t('clocks')}</h2>
          {entry.reviewDue && <Clock start={entry.publishedAt} end={entry.reviewDue} label={t('review_due')} />}
          {entry.expiresAt && <Clock start={entry.publishedAt} end={entry.expiresAt} label={t('expires')} />}
        </section>
      )}
      {open && (
        <Dialog title={word('act', open.act)} wide={open.act === 'assess' || open.act === 'measures'} onClose={() => setOpen(null)}>
          {open.conditions?.some((each) => !each.holds) && <Conditions conditions={open.conditions.filter((each) => !each.holds)} />}
          {open.act === 'assess' ? <Assessment entry={entry} send={send('assess')} close={() => setOpen(null)} />
            : open.act === 'measures' ? <Measures entry={entry} send={send('measures')} close={() => setOpen(null)} />
              : <ActForm entry={entry} act={open} send={send(open.act)} close={() => setOpen(null)} />}
        </Dialog>
      )}
    </>
  );
}
