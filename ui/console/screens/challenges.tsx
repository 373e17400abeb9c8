// What somebody said is wrong in an entry, and what was found; each with its clock of 48 hours.
import { useState } from 'preact/hooks';
import { Clock, When } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Area, Choice, Form } from '../../kit/form';
import { t, word, type Key } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed } from '../../kit/state';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Challenge, List } from '../api/types';
import { useData } from '../data';
import { mayDo } from '../session';

/** The parts of an entry that may be wrong, as the interface calls them. */
const parts: Record<string, Key> = { name: 'names', birthDate: 'birth', nationality: 'nationality', documents: 'documents', offence: 'offence', law: 'legal_basis', measures: 'measures' };

function Report({ id, close, done }: { id: string; close: () => void; done: () => void }) {
  return (
    <Dialog title={t('challenge_report')} onClose={close}>
      <p class="quiet">{t('challenges_what')}</p>
      <Form label={t('challenge_report')} submit={t('challenge_report')} onCancel={close} send={async (answers) => {
        await post(`/entries/${id}/challenges`, { text: answers['text'], ...(answers['field'] ? { field: answers['field'] } : {}) });
        toast(word('done', 'challenge'));
        done();
        close();
      }}>
        <Choice name="field" label={t('challenge_part')} none={t('other_thing')} options={Object.entries(parts).map(([value, key]) => ({ value, text: t(key) }))} />
        <Area name="text" label={t('challenge_text')} required rows={4} maxLength={2000} />
      </Form>
    </Dialog>
  );
}

function Answer({ challenge, close, done }: { challenge: Challenge; close: () => void; done: () => void }) {
  return (
    <Dialog title={t('challenge_answer')} onClose={close}>
      <blockquote class="text"><Name text={challenge.text} /></blockquote>
      <Form label={t('challenge_answer')} submit={t('challenge_answer')} onCancel={close} send={async (answers) => {
        await post(`/challenges/${challenge.id}/answer`, { text: answers['text'] });
        toast(word('done', 'challenge-answer'));
        done();
        close();
      }}>
        <Area name="text" label={t('challenge_found')} required rows={4} maxLength={2000} />
      </Form>
    </Dialog>
  );
}

export function Challenges({ id }: { id: string }) {
  const { data, error, again } = useData<List<Challenge>>(`/entries/${id}/challenges`, ['challenge']);
  const [open, setOpen] = useState<'report' | Challenge | null>(null);
  const close = (): void => setOpen(null);

  return (
    <section class="card stack" aria-label={t('challenges')}>
      <div class="card-head"><h2>{t('challenges')}</h2>
        {mayDo('entry.challenge') && <button type="button" onClick={() => setOpen('report')}>{t('challenge_report')}</button>}</div>
      {error && <Failed error={error} again={again} />}
      {data?.items.length === 0 && <p class="quiet">{t('challenges_none')}</p>}
      <ul class="challenges">{data?.items.map((each) => {
        const part = parts[each.field ?? ''];
        return (
          <li key={each.id}>
            <p><strong>{part ? t(part) : each.field || t('other_thing')}</strong> <span class="quiet"><Name text={each.byName ?? ''} /> · <When at={each.at} /></span></p>
            <p class="text"><Name text={each.text} /></p>
            {each.answeredAt ? <blockquote><p class="quiet">{t('challenge_found')} · <When at={each.answeredAt} /></p><p class="text"><Name text={each.answer ?? ''} /></p></blockquote>
              : <Clock start={each.at} end={each.dueAt} label={t('challenge_due')} />}
            {!each.answeredAt && mayDo('entry.challenge-answer') && <button type="button" onClick={() => setOpen(each)}>{t('challenge_answer')}</button>}
          </li>
        );
      })}</ul>
      {open === 'report' && <Report id={id} close={close} done={again} />}
      {open && open !== 'report' && <Answer challenge={open} close={close} done={again} />}
    </section>
  );
}
