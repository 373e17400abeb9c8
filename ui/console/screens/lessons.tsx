// Texts that the public is shown: read in their language, approved by two people, each exactly this text.
import { Badge } from '../../kit/badge';
import { t, word } from '../../kit/i18n';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Lesson } from '../api/types';
import { Trial } from './trial';
import { useData, useList } from '../data';
import { href } from '../router';
import { mayDo } from '../session';

const state = (lesson: Lesson): string => lesson.approved ? 'approved' : lesson.approvals.length ? 'half' : 'missing';

const columns = (): Column<Lesson>[] => [
  { key: 'document', label: t('lesson'), kind: 'main', show: (row) => <a href={href('lessons', row.document, row.language)}>{word('lesson', row.document)}</a> },
  { key: 'language', label: t('language'), show: (row) => word('tongue', row.language) },
  { key: 'state', label: t('state'), show: (row) => <Badge group="review" value={state(row)} /> },
  { key: 'by', label: t('approved_by'), show: (row) => row.approvals.map((each) => each.byName).join(', ') },
];

/** What is not approved yet comes first. */
const waiting = (a: Lesson, b: Lesson): number => Number(a.approved) - Number(b.approved);

function Items({ lesson }: { lesson: Lesson }) {
  return (
    <>
      {lesson.items?.map((item) => (
        <section class="card" key={item.id}>
          <p class="badges"><Badge group="truth" value={item.genuine ? 'genuine' : 'scam'} />{item.tactic && <span class="badge plain">{word('tactic', item.tactic)}</span>}</p>
          <div lang={lesson.language}><p class="quiet">{item.from}</p><p><q>{item.text}</q></p><p>{item.why}</p></div>
        </section>
      ))}
      {lesson.flags?.map((flag) => (
        <section class="card" key={flag.id}>
          <p class="badges"><span class="badge plain">{t('weighs', { weight: String(flag.weight) })}</span></p>
          <div lang={lesson.language}><p><strong>{flag.question}</strong></p><p>{flag.advice}</p></div>
        </section>
      ))}
      {lesson.registers?.map((one) => (
        <section class="card" key={one.country}>
          <div lang={lesson.language}><p><strong>{one.name}</strong> {one.address}</p><p>{one.look}</p></div>
        </section>
      ))}
    </>
  );
}

function One({ document, language }: { document: string; language: string }) {
  const { data, error, again } = useData<Lesson>(`/lessons/${document}/${language}`, ['public']);
  const act = async (name: string): Promise<void> => {
    try {
      await post(`/lessons/${document}/${language}/acts/${name}`, { hash: data?.hash });
      toast(t(name === 'approve' ? 'text_approved' : 'text_withdrawn'));
    } catch (trouble) {
      toast((trouble as Error).message);
    }
    again();
  };

  if (error && !data) return <section class="page"><h1>{t('lessons')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  return (
    <section class="page narrow">
      <p class="back"><a href={href('lessons')}>← {t('lessons')}</a></p>
      <header class="entry-head"><h1>{word('lesson', data.document)} · {word('tongue', data.language)}</h1><p class="badges"><Badge group="review" value={state(data)} /></p></header>
      <p class="quiet">{t('lesson_read')}</p>
      <Items lesson={data} />
      <section class="card next">
        <h2>{t('approved_by')}</h2>
        {data.approvals.length ? <ul>{data.approvals.map((each) => <li key={each.by}>{each.byName} · {dateTime(each.at)}</li>)}</ul> : <p class="quiet">{t('nobody_yet')}</p>}
        {mayDo('review.approve') && <p class="acts"><button type="button" class={data.mine ? 'plain' : undefined} onClick={() => void act(data.mine ? 'withdraw' : 'approve')}>{t(data.mine ? 'take_approval_back' : 'approve_text')}</button></p>}
      </section>
    </section>
  );
}

function All() {
  const { data, error, again } = useList<Lesson>('/lessons', ['public']);
  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('lessons')}</h1><p>{t('lessons_what')}</p></div></div>
      <Table label={t('lessons')} columns={columns()} rows={data ? [...data.items].sort(waiting) : null} id={(row) => `${row.document}-${row.language}`} error={error} again={again} empty={t('lessons_what')} />
      <Trial />
    </section>
  );
}

export function Lessons({ id, part }: { id: string | undefined; part: string | undefined }) {
  return id && part ? <One key={`${id}-${part}`} document={id} language={part} /> : <All />;
}
