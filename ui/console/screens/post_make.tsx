// A post made or changed, and the code by which it is enrolled: shown once, with what to do with it.
import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog';
import { Choice, Field, Form, type Answers } from '../../kit/form';
import { t, word } from '../../kit/i18n';
import { Icon } from '../../kit/icon';
import { dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { ask, post } from '../api/client';
import type { Post } from '../api/types';
import { useData } from '../data';
import { QrCode } from '../qr';

const kinds = ['air', 'land', 'sea', 'river'], points = ['entry', 'exit', 'both'];
const degrees = '[\\-−]?[0-9]{1,3}([.,][0-9]{1,6})?';

function Fields({ of }: { of?: Post }) {
  const options = (group: string, values: string[]): { value: string; text: string }[] => values.map((value) => ({ value, text: word(group, value) }));
  return (
    <>
      <Field name="name" label={t('name')} required maxLength={100} value={of?.name} autoFocus />
      <div class="fields">
        <Choice name="kind" label={t('post_kind')} required options={options('post-kind', kinds)} value={of?.kind ?? 'land'} />
        <Choice name="point" label={t('point')} required options={options('point', points)} value={of?.point ?? 'entry'} />
      </div>
      <Field name="desk" label={t('desk')} hint={t('desk_hint')} maxLength={60} value={of?.desk} />
      <div class="fields">
        <Field name="latitude" label={t('latitude')} hint={t('latitude_hint')} pattern={degrees} maxLength={12} value={of?.latitude?.toString()} />
        <Field name="longitude" label={t('longitude')} hint={t('longitude_hint')} pattern={degrees} maxLength={12} value={of?.longitude?.toString()} />
      </div>
    </>
  );
}

function bodyOf(answers: Answers): object {
  const place = (name: string): object => (answers[name] ? { [name]: Number(answers[name].replace(',', '.').replace('−', '-')) } : {});
  return { name: answers['name'], kind: answers['kind'], point: answers['point'], desk: answers['desk'] ?? '', ...place('latitude'), ...place('longitude') };
}

/** To the clipboard where the browser lets us; else it is selected, to be copied by hand. */
function Copied({ text, label }: { text: string; label: string }) {
  const code = useRef<HTMLElement>(null);
  const copy = (): void => {
    const select = (): void => { if (code.current) getSelection()?.selectAllChildren(code.current); };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => toast(t('copied')), select);
    else select();
  };
  return <div class="copied"><code class="secret" ref={code}>{text}</code><button type="button" aria-label={`${t('copy')}: ${label}`} onClick={copy}><Icon name="file" /> {t('copy')}</button></div>;
}

/** Stays open until it is closed, and says when the post is there. */
export function EnrolmentCode({ made, close }: { made: Post; close: () => void }) {
  const { data } = useData<Post>(`/posts/${made.id}`, ['post', 'minute']);
  const command = `cordon-post enrol --hub ${location.origin} --code ${made.code ?? ''} --data /var/lib/cordon-post`;

  return (
    <div class="stack">
      <p role="status">{data?.state === 'enrolled'
        ? <span class="badge good"><Icon name="check" />{t('code_used')}</span>
        : <span class="badge busy"><Icon name="half" />{t('code_waits', { until: dateTime(made.codeEndsAt) })}</span>}</p>
      <p><strong>{t('code_once')}</strong></p>
      <Copied text={made.code ?? ''} label={t('enrolment_code')} />
      <ol class="steps numbered">
        <li>{t('code_step_1')}</li>
        <li>{t('code_step_2')}<Copied text={command} label={t('command')} /></li>
        <li>{t('code_step_3')}<Copied text="cordon-post run --data /var/lib/cordon-post" label={t('command')} /></li>
      </ol>
      <div class="enrol"><QrCode text={command} label={t('code_qr')} /><p class="quiet">{t('code_qr_what')}</p></div>
      <div class="acts"><button type="button" class="main" onClick={close}>{t('close')}</button></div>
    </div>
  );
}

export function MakePost({ close, done }: { close: () => void; done: () => void }) {
  const [made, setMade] = useState<Post | null>(null);
  return (
    <Dialog title={made ? t('enrol_post', { name: made.name }) : t('new_post')} wide onClose={close}>
      {made ? <EnrolmentCode made={made} close={close} /> : (
        <Form label={t('new_post')} submit={t('create')} onCancel={close} send={async (answers) => {
          setMade(await post<Post>('/posts', bodyOf(answers)));
          done();
        }}><Fields /></Form>
      )}
    </Dialog>
  );
}

export function ChangePost({ of, close, done }: { of: Post; close: () => void; done: () => void }) {
  return (
    <Dialog title={t('change_post')} wide onClose={close}>
      <Form label={t('change_post')} submit={t('save')} onCancel={close} send={async (answers) => {
        await ask('PATCH', `/posts/${of.id}`, { body: bodyOf(answers), version: of.version });
        toast(t('saved'));
        done();
        close();
      }}><Fields of={of} /></Form>
    </Dialog>
  );
}
