// What the owner said, the clocks that run, and what this officer may do about a hit now.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { Clock } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Area, Form } from '../../kit/form';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Hit } from '../api/types';
import { Fact } from './entry_about';

/** A button: an act of the interface, of the answer with what it says. */
interface Choice { act: string; is?: string }
const answers: Choice[] = [{ act: 'answer', is: 'same' }, { act: 'answer', is: 'other' }, { act: 'answer', is: 'unknown' }];

const wordOf = ({ act, is }: Choice): string => (is ? word('partner', is) : word('hit-do', act));

function ActDialog({ hit, choice, close, done }: { hit: Hit; choice: Choice; close: () => void; done: () => void }) {
  const needed = choice.act === 'note';
  const send = async (text: string): Promise<void> => {
    await post(`/hits/${hit.id}/acts/${choice.act}`, { ...(choice.is ? { is: choice.is } : {}), ...(text ? { text } : {}) }, { version: hit.version });
    toast(choice.is ? t('hit_answered') : word('hit-act', choice.act));
    close();
    done();
  };

  return (
    <Dialog title={wordOf(choice)} onClose={close}>
      <p class="quiet">{word('hit-do-why', choice.is ?? choice.act)}</p>
      <Form label={wordOf(choice)} submit={wordOf(choice)} danger={choice.is === 'other'} onCancel={close} send={(given) => send(given['text'] ?? '')}>
        <Area name="text" label={t(choice.act === 'answer' ? 'hit_grounds' : choice.act === 'receive' ? 'hit_receipt' : 'hit_note')} required={needed} rows={3} maxLength={4000} />
      </Form>
    </Dialog>
  );
}

function Acts({ hit, done }: { hit: Hit; done: () => void }) {
  const [open, setOpen] = useState<Choice | null>(null);
  const choices = (hit.acts ?? []).flatMap(({ act }) => (act === 'answer' ? answers : [{ act }]));
  const received = hit.state === 'handed-over' && hit.story?.some((each) => each.act === 'receive');
  const asked = choices.some((each) => each.act === 'answer');

  return (
    <section class="card next" aria-label={t('what_next')}>
      <h2>{asked ? t('hit_is_it') : t('what_next')}</h2>
      <p class="quiet">{asked ? t('hit_is_it_why') : word('hit-waits', received ? 'received' : hit.state)}</p>
      <div class="acts">
        {choices.map((each) => (
          <button type="button" key={each.is ?? each.act} data-act={each.is ?? each.act} class={each.is && each.is !== 'unknown' || each.act === 'receive' ? 'main' : ''}
            onClick={() => setOpen(each)}>{wordOf(each)}</button>
        ))}
      </div>
      {open && <ActDialog hit={hit} choice={open} close={() => setOpen(null)} done={done} />}
    </section>
  );
}

/** Whether the owner was asked, has said nothing, and somebody still waits for it. */
export function unanswered(hit: Hit): boolean {
  return hit.askedAt !== undefined && hit.answeredAt === undefined && hit.state !== 'cleared' && hit.state !== 'closed';
}

function Partner({ hit }: { hit: Hit }) {
  if (!hit.askedAt) return null;
  return (
    <section class="card stack" aria-label={t('hit_answer')}>
      <h2>{t('hit_answer_of', { who: country(hit.owner) })}</h2>
      {hit.answer ? (
        <>
          <p><Badge group="partner" value={hit.answer} /></p>
          {hit.answerText && <blockquote>{hit.answerText}</blockquote>}
          <p class="quiet">{hit.answeredByName && <><Name text={hit.answeredByName} /> · </>}{dateTime(hit.answeredAt)}</p>
        </>
      ) : !unanswered(hit) ? <p class="quiet">{t('hit_no_wait')}</p> : (
        <>
          {hit.answerAim && <Clock start={hit.askedAt} end={hit.answerAim} label={t('hit_aim')} />}
          {hit.answerDue && <Clock start={hit.askedAt} end={hit.answerDue} label={t('hit_due')} />}
        </>
      )}
    </section>
  );
}

function Custody({ hit }: { hit: Hit }) {
  if (hit.state !== 'custody' || !hit.custodyUntil) return null;
  return (
    <section class="card stack" aria-label={t('hit_custody')}>
      <h2>{t('hit_custody')}</h2>
      <Clock start={hit.custodyFrom} end={hit.custodyUntil} label={t('hit_custody_ends')} />
      <dl class="facts"><Fact label={t('hit_custody_from')}>{dateTime(hit.custodyFrom)}</Fact>
        {hit.custodyBasis && <Fact label={t('basis')}>{word('basis', hit.custodyBasis)}</Fact>}</dl>
    </section>
  );
}

/** A person goes from one state's hands into another's: both sides' words stand together. */
function HandOver({ hit }: { hit: Hit }) {
  const newest = [...(hit.story ?? [])].reverse();
  const given = newest.find((each) => each.act === 'hand-over' && !each.notPossible);
  const taken = newest.find((each) => each.act === 'receive');

  if (!given) return null;
  return (
    <section class="card stack" aria-label={t('hit_hand_over')}>
      <h2>{t('hit_hand_over')}</h2>
      <dl class="facts">
        <Fact label={t('hit_given')}>{dateTime(given.at)}{given.byName && <> · <Name text={given.byName} /></>}{given.note && <blockquote>{given.note}</blockquote>}</Fact>
        <Fact label={t('hit_taken', { who: country(hit.owner) })}>{taken
          ? <>{dateTime(taken.at)}{taken.byName && <> · <Name text={taken.byName} /></>}{taken.note && <blockquote>{taken.note}</blockquote>}</>
          : <Badge group="flag" value="no-receipt" />}</Fact>
      </dl>
    </section>
  );
}

export function HitActs({ hit, done }: { hit: Hit; done: () => void }) {
  return <><Acts hit={hit} done={done} /><Custody hit={hit} /><Partner hit={hit} /><HandOver hit={hit} /></>;
}
