// Requests of people who were stopped: a number at once, two clocks, decided by somebody who did not list.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { Clock, When } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Area, Choice, Form } from '../../kit/form';
import { isLanguage, language, languageNames, t, word } from '../../kit/i18n';
import { FullName, Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Act, Appeal } from '../api/types';
import { useData, useList } from '../data';
import { lifecycle, reasonWord } from '../lifecycle';
import { href } from '../router';
import { mayDo } from '../session';
import { Conditions } from './entry_acts';
import { Fact } from './entry_about';
import { EntryPicker } from './entry_picker';

const open = new Set(['received', 'taken', 'answered']);

const columns = (): Column<Appeal>[] => [
  { key: 'number', label: t('number'), kind: 'main', show: (row) => <a href={href('appeals', row.id)}>{row.number}</a> },
  { key: 'name', label: t('name'), show: (row) => row.name && <FullName text={row.name} /> },
  { key: 'kind', label: t('appeal_kind'), show: (row) => word('appeal-kind', row.kind) },
  { key: 'state', label: t('state'), show: (row) => <Badge group="appeal" value={row.state} /> },
  { key: 'received', label: t('received'), kind: 'short', show: (row) => <When at={row.receivedAt} /> },
  { key: 'due', label: t('due'), show: (row) => open.has(row.state) && row.dueDecision && <Clock start={row.receivedAt} end={row.kind === 'access' ? row.dueAccess ?? row.dueDecision : row.dueDecision} /> },
];

/** What may be done where the hub does not say: by the state and by what this person may do at all. */
function actsOf(appeal: Appeal): Act[] {
  if (appeal.acts) return appeal.acts;
  if (appeal.state === 'received') return mayDo('appeal.take') ? [{ act: 'take' }] : [];
  if (appeal.state === 'taken') return mayDo('appeal.decide') ? [{ act: 'link' }, { act: 'answer' }, { act: 'dismiss' }, { act: 'uphold' }] : [];
  return [];
}

function ActDialog({ appeal, act, close, done }: { appeal: Appeal; act: Act; close: () => void; done: () => void }) {
  const [standard, setStandard] = useState('');
  const answering = ['answer', 'dismiss', 'uphold'].includes(act.act);
  const ready = (answering ? lifecycle().answers ?? [] : []).filter((each) => each.kinds.includes(appeal.kind));
  const chosen = ready.find((each) => each.answer === standard);

  return (
    <Dialog title={word('act', `appeal-${act.act}`)} onClose={close}>
      {act.conditions?.some((each) => !each.holds) && <Conditions conditions={act.conditions.filter((each) => !each.holds)} />}
      <Form label={word('act', `appeal-${act.act}`)} submit={word('act', `appeal-${act.act}`)} onCancel={close} send={async (answers) => {
        await post(`/appeals/${appeal.id}/acts/${act.act}`, { ...(answers['entry'] ? { entry: answers['entry'] } : {}), ...(answers['reason'] ? { reason: answers['reason'] } : {}),
          ...(answers['standard'] ? { standard: answers['standard'] } : {}), ...(answers['text'] ? { text: answers['text'] } : {}) }, { version: appeal.version });
        toast(word('done', act.act));
        done();
        close();
      }}>
        {act.act === 'link' && <EntryPicker first={appeal.name} />}
        {act.reasons && act.reasons.length > 0 && <Choice name="reason" label={t('reason')} required none={t('choose')} options={act.reasons.map((value) => ({ value, text: reasonWord(value) }))} />}
        {ready.length > 0 && <Choice name="standard" label={t('ready_answer')} hint={t('ready_answer_hint')} none={t('ready_none')} value={standard} onChange={setStandard}
          options={ready.map((each) => ({ value: each.answer, text: each[language.value] }))} />}
        {chosen && <blockquote class="text">{chosen[language.value]}</blockquote>}
        {answering && <Area name="text" label={t('answer_to_person')} hint={t('answer_to_person_hint')} required={!chosen} rows={5} maxLength={4000} />}
      </Form>
    </Dialog>
  );
}

function One({ id }: { id: string }) {
  const { data, error, again } = useData<Appeal>(`/appeals/${id}`, ['appeal']);
  const [act, setAct] = useState<Act | null>(null);

  if (error && !data) return <section class="page"><h1>{t('appeal')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  const acts = actsOf(data);
  return (
    <section class="page">
      <p class="back"><a href={href('appeals')}>← {t('appeals')}</a></p>
      <header class="entry-head"><h1>{data.number}</h1><p class="badges"><Badge group="appeal" value={data.state} /></p></header>
      <div class="two">
        <div class="stack">
          <section class="card" aria-label={t('appeal')}>
            <dl class="facts">
              <Fact label={t('name')}><Name text={data.name ?? ''} /></Fact>
              {data.birthDate && <Fact label={t('birth')}>{data.birthDate}</Fact>}
              {data.document && <Fact label={t('document')}><span class="figures">{data.document}</span></Fact>}
              {data.contact && <Fact label={t('appeal_contact')}><Name text={data.contact} /></Fact>}
              {data.language && <Fact label={t('language')}>{isLanguage(data.language) ? languageNames[data.language] : data.language}</Fact>}
              <Fact label={t('appeal_kind')}>{word('appeal-kind', data.kind)}</Fact>
              <Fact label={t('received')}>{dateTime(data.receivedAt)}</Fact>
              {data.entry && <Fact label={t('entry')}><a href={href('entries', data.entry)}>{data.entry.slice(0, 8)}</a></Fact>}
              {data.officer && <Fact label={t('officer')}>{data.officer}</Fact>}
            </dl>
          </section>
          {data.text && <section class="card" aria-label={t('what_was_said')}><h2>{t('what_was_said')}</h2><p class="text" lang={data.language ?? 'und'}>{data.text}</p></section>}
          {data.answer && <section class="card" aria-label={t('answer')}><h2>{t('answer')}</h2><p class="text" lang={data.language ?? 'und'}>{data.answer}</p></section>}
        </div>
        <aside class="stack">
          <section class="card next" aria-label={t('what_next')}><h2>{t('what_next')}</h2>
            {acts.length === 0 && <p class="quiet">{t('nothing_to_do')}</p>}
            <div class="acts">{acts.map((each) => <button type="button" key={each.act} onClick={() => setAct(each)}>{word('act', `appeal-${each.act}`)}</button>)}</div></section>
          {open.has(data.state) && data.dueAccess && data.dueDecision && (
            <section class="card stack" aria-label={t('clocks')}><h2>{t('clocks')}</h2>
              <Clock start={data.receivedAt} end={data.dueAccess} label={t('due_access')} /><Clock start={data.receivedAt} end={data.dueDecision} label={t('due_decision')} /></section>
          )}
        </aside>
      </div>
      {act && <ActDialog appeal={data} act={act} close={() => setAct(null)} done={again} />}
    </section>
  );
}

export function Appeals({ id }: { id: string | undefined }) {
  const { data, error, again, more } = useList<Appeal>(id ? null : '/appeals', ['appeal']);

  if (id) return <One id={id} />;
  return (
    <section class="page">
      <div class="page-head"><h1>{t('appeals')}</h1><p>{t('appeals_what')}</p></div>
      <Table label={t('appeals')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} more={more} total={data?.total} empty={t('appeals_empty')} />
    </section>
  );
}
