// One post: how it is, what goes through it, who may work there, how watchful it is; and what may be done about it.
import { useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog';
import { When } from '../../kit/clock';
import { Area, Form, Tick } from '../../kit/form';
import { number, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { BorderToday, Post } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { Figures, Hours } from './border_parts';
import { DrillList, DrillWord } from './drill_list';
import { OrderDrill } from './drill_order';
import { Fact } from './entry_about';
import { ChangePost, EnrolmentCode } from './post_make';
import { Roster } from './post_roster';
import { clockWord, StandingBadge, standingOf, Trouble } from './post_state';

function Revoke({ of, close, done }: { of: Post; close: () => void; done: () => void }) {
  return (
    <Dialog title={t('revoke_title', { name: of.name })} onClose={close}>
      <p>{t('revoke_what')}</p>
      <Form label={t('revoke')} submit={t('revoke')} danger onCancel={close} send={async (answers) => {
        await post(`/posts/${of.id}/acts/revoke`, { reason: answers['reason'] }, { version: of.version });
        toast(t('revoke_done', { name: of.name }));
        done();
        close();
      }}>
        <Area name="reason" label={t('reason')} hint={t('revoke_reason_hint')} rows={2} required maxLength={160} />
        <Tick name="sure" label={t('revoke_sure')} required />
      </Form>
    </Dialog>
  );
}

type Open = 'change' | 'revoke' | 'drill' | Post;

function Acts({ of, again }: { of: Post; again: () => void }) {
  const [open, setOpen] = useState<Open | null>(null);
  const [failed, setFailed] = useState<Error | null>(null);
  const close = (): void => setOpen(null);
  const code = (): void => {
    setFailed(null);
    post<Post>(`/posts/${of.id}/acts/code`, {}, { version: of.version }).then((made) => { setOpen(made); again(); }, setFailed);
  };

  if (of.state === 'revoked') return null;
  return (
    <>
      <div class="acts">
        {of.state === 'expected' && mayDo('post.change') && <button type="button" class="main" onClick={code}>{t('new_code')}</button>}
        {of.state === 'enrolled' && mayDo('drill.order') && <button type="button" class="main" onClick={() => setOpen('drill')}>{t('order_drill')}</button>}
        {mayDo('post.change') && <button type="button" onClick={() => setOpen('change')}>{t('change_post')}</button>}
        {mayDo('post.revoke') && <button type="button" class="danger" onClick={() => setOpen('revoke')}>{t('revoke')}</button>}
      </div>
      {failed && <Failed error={failed} />}
      {open === 'change' && <ChangePost of={of} close={close} done={again} />}
      {open === 'revoke' && <Revoke of={of} close={close} done={again} />}
      {open === 'drill' && <OrderDrill post={of.id} close={close} />}
      {open !== null && typeof open === 'object' && <Dialog title={t('enrol_post', { name: of.name })} wide onClose={close}><EnrolmentCode made={open} close={close} /></Dialog>}
    </>
  );
}

function State({ of }: { of: Post }) {
  return (
    <section class="card" aria-label={t('post_state')}>
      <h2>{t('post_state')}</h2>
      <Trouble words={of.trouble} />
      <dl class="facts">
        {of.revokedAt && <Fact label={word('standing', 'revoked')}>{dateTime(of.revokedAt)}</Fact>}
        {of.revokedReason && <Fact label={t('reason')}><Name text={of.revokedReason} /></Fact>}
        <Fact label={t('last_heard')}>{of.seenAt ? <When at={of.seenAt} /> : t('never')}</Fact>
        {of.edition !== undefined && <Fact label={t('edition')}><a href={href('editions', of.edition)}>{number(of.edition)}</a>{of.editionAppliedAt && <span class="quiet"> · {t('in_force_since', { when: dateTime(of.editionAppliedAt) })}</span>}</Fact>}
        {of.urgent !== undefined && <Fact label={t('urgent_over')}>{number(of.urgent)}</Fact>}
        {of.editionIssuedAt && <Fact label={t('list_age')}><When at={of.editionIssuedAt} /></Fact>}
        {of.queue !== undefined && <Fact label={t('queue')}>{of.queue ? t('queue_n', { n: number(of.queue) }) : t('queue_none')}</Fact>}
        {of.lanes !== undefined && <Fact label={t('lanes')}>{number(of.lanes)}</Fact>}
        {of.clockOffsetMs !== undefined && <Fact label={t('clock')}>{clockWord(of.clockOffsetMs)}</Fact>}
        {of.desk && <Fact label={t('desk')}>{of.desk}</Fact>}
        {of.latitude !== undefined && of.longitude !== undefined && <Fact label={t('where')}>{of.latitude.toFixed(4)}, {of.longitude.toFixed(4)}</Fact>}
        {of.enrolledAt && <Fact label={t('enrolled')}>{dateTime(of.enrolledAt)}</Fact>}
        {of.program && <Fact label={t('program')}>{of.program}</Fact>}
      </dl>
    </section>
  );
}

export function PostPage({ id }: { id: string }) {
  const { data, error, again } = useData<Post>(`/posts/${id}`, ['post', 'minute']);
  const today = useData<BorderToday>(mayDo('border.read') ? '/border/today' : null, ['hit', 'drill', 'minute'], { post: id });

  if (error && !data) return <section class="page"><h1>{t('post')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  return (
    <section class="page">
      <p class="back"><a href={href('posts')}>← {t('posts')}</a></p>
      <div class="page-head">
        <header class="entry-head"><h1><Name text={data.name} /></h1>
          <p class="badges"><StandingBadge value={standingOf(data)} /><span class="badge">{word('post-kind', data.kind)}</span><span class="badge">{word('point', data.point)}</span></p></header>
        <Acts of={data} again={again} />
      </div>
      <div class="two">
        <div class="stack">
          {today.error && !today.data && <Failed error={today.error} again={today.again} />}
          {today.data && <><Figures of={today.data} /><section class="card" aria-label={t('throughput')}><Hours of={today.data} label={t('throughput')} /></section></>}
          <section class="card stack" aria-label={t('drills')}>
            <h2>{t('drills')}</h2>
            {mayDo('drill.read') ? <DrillList post={id} /> : <p><DrillWord of={data.drills} /></p>}
          </section>
        </div>
        <div class="stack"><State of={data} /><Roster /></div>
      </div>
    </section>
  );
}
