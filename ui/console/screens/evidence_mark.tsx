// A file that an officer has marked, so that nobody comes upon it again: what it is and why it is not shown, how the few who must see it open it, and
// how it is marked and the mark lifted.
import { useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog';
import { Area, Choice, Form, type Answers } from '../../kit/form';
import { Icon } from '../../kit/icon';
import { number, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { file, picture, post } from '../api/client';
import type { ReportEvidence } from '../api/types';
import { mayDo } from '../session';
import { named, restrictionName, useTables } from './public_parts';

/** Whatever the files came with. */
export interface Files { path: string; version: number | undefined; done: (() => void) | undefined }
interface Each { files: Files; each: ReportEvidence }
type Act = 'evidence-restrict' | 'evidence-lift';

export function Head({ each, state }: { each: ReportEvidence; state: string }) {
  return (
    <><strong>{number(each.number)}. {each.media ?? t('evidence')}</strong> · {number(each.size)} B · {word('evidence', state)}
      <span class="beneath hash">SHA-256 {each.sha256}</span></>
  );
}

async function mark({ files, each }: Each, act: Act, answers: Answers): Promise<void> {
  const texts = ['note', 'reason'].filter((name) => answers[name]).map((name) => [name, answers[name]]);
  await post(`${files.path}/acts/${act}`, { evidence: each.number, ...Object.fromEntries(texts) }, { version: files.version });
  toast(word('desk-act', act));
  files.done?.();
}

export function Restrict({ files, each }: Each) {
  const [open, setOpen] = useState(false);
  const tables = useTables();
  const title = t('evidence_restrict_n', { n: number(each.number) });
  const send = async (answers: Answers): Promise<void> => {
    await mark({ files, each }, 'evidence-restrict', answers);
    setOpen(false);
  };

  return (
    <>
      <button type="button" data-act="evidence-restrict" onClick={() => setOpen(true)}>{word('desk-do', 'evidence-restrict')}</button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <p class="quiet">{word('desk-why', 'evidence-restrict')}</p>
          <Form label={title} submit={word('desk-do', 'evidence-restrict')} onCancel={() => setOpen(false)} send={send}>
            <Choice name="reason" label={t('reason')} required none={t('choose')} options={(tables?.restrictions ?? []).map((row) => ({ value: row.restriction, text: named(row.name) }))} />
            <Area name="note" label={t('note')} rows={3} maxLength={4000} />
          </Form>
        </Dialog>)}
    </>
  );
}

/** What a dialog of a marked file asks: why it is opened, saved, or given out again. */
type Asked = 'open' | 'save' | 'lift';

function Ask({ files, each, asked, close, show }: Each & { asked: Asked; close: () => void; show: (address: string) => void }) {
  const here = `${files.path}/evidence/${each.number}/restricted`;
  const title = asked === 'lift' ? word('desk-do', 'evidence-lift') : t(asked === 'open' ? 'evidence_open' : 'evidence_open_original');
  const send = async (answers: Answers): Promise<void> => {
    if (asked === 'lift') await mark({ files, each }, 'evidence-lift', answers);
    else if (asked === 'save') await file(`${here}/original`, answers['purpose']);
    else show(await picture(here, answers['purpose']));
    close();
  };

  return (
    <Dialog title={title} onClose={close}>
      <p class="quiet">{asked === 'lift' ? word('desk-why', 'evidence-lift') : t('evidence_open_why')}</p>
      <Form label={title} submit={title} onCancel={close} send={send}>
        {asked === 'lift' ? <Area name="note" label={t('reason')} required rows={3} maxLength={4000} /> : <Area name="purpose" label={t('purpose')} required rows={2} maxLength={200} />}
      </Form>
    </Dialog>
  );
}

/** Nothing of it is asked for until somebody has said why. */
export function Marked({ files, each }: Each) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [address, setAddress] = useState('');
  const tables = useTables();
  const may = mayDo('evidence.restricted') && !!files.done;
  const lift = !!each.acts?.some(({ act }) => act === 'evidence-lift');

  return (
    <li><Head each={each} state="restricted" />
      <div class="withheld">
        <p><Icon name="shield" /> <strong>{restrictionName(tables, each.restricted)}</strong></p>
        <p>{t(files.done ? 'evidence_restricted_what' : 'evidence_withheld')}</p>
        {each.restrictedNote && <p class="text">{each.restrictedNote}</p>}
        {each.restrictedAt && <p class="quiet">{dateTime(each.restrictedAt)}{each.restrictedByName && <> · <Name text={each.restrictedByName} /></>}</p>}
      </div>
      {(may || lift) && (
        <p class="acts">
          {may && each.state === 'clean' && !address && <button type="button" onClick={() => setAsked('open')}>{t('evidence_open')}</button>}
          {address && <button type="button" onClick={() => setAddress('')}>{t('evidence_hide')}</button>}
          {may && each.state !== 'waiting' && <button type="button" onClick={() => setAsked('save')}>{t('evidence_open_original')}</button>}
          {lift && <button type="button" data-act="evidence-lift" onClick={() => setAsked('lift')}>{word('desk-do', 'evidence-lift')}</button>}
        </p>)}
      {address && <img class="evidence" src={address} alt={t('evidence_restricted_copy', { n: number(each.number) })} />}
      {asked && <Ask files={files} each={each} asked={asked} close={() => setAsked(null)} show={setAddress} />}
    </li>
  );
}
