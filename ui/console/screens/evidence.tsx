// Files that came with a report or dispute: what they are, a picture's clean copy, and the original for whoever may have it.
import { useState } from 'preact/hooks';
import { number, t, word } from '../../kit/i18n';
import { Failed } from '../../kit/state';
import { file, picture } from '../api/client';
import type { ReportEvidence } from '../api/types';
import { mayDo } from '../session';
import { Head, Marked, Restrict, type Files } from './evidence_mark';

/** One file. Nothing is shown by itself; an original is saved, never opened here. */
function File({ files, each, original }: { files: Files; each: ReportEvidence; original: string | undefined }) {
  const [address, setAddress] = useState('');
  const [trouble, setTrouble] = useState<Error | null>(null);
  const here = `${files.path}/evidence/${each.number}`;
  const show = () => { picture(here).then(setAddress, setTrouble); };
  const save = () => { file(`${here}/original`).catch(setTrouble); };
  const copy = each.state === 'clean' && !address;
  const whole = each.state !== 'waiting' && !!original && mayDo(original);
  const mark = !!each.acts?.some(({ act }) => act === 'evidence-restrict');

  return (
    <li><Head each={each} state={each.state} />
      {each.reason && <span class="beneath">{word('evidence-reason', each.reason)}</span>}
      {(copy || whole || mark) && (
        <p class="acts">
          {copy && <button type="button" onClick={show}>{t('evidence_show')}</button>}
          {whole && <button type="button" onClick={save}>{t('evidence_original')}</button>}
          {mark && <Restrict files={files} each={each} />}
        </p>)}
      {address && <img class="evidence" src={address} alt={t('evidence_copy', { n: number(each.number) })} />}
      {trouble && <Failed error={trouble} />}
    </li>
  );
}

interface Props {
  /** Of whatever they came with. */
  path: string;
  rows: ReportEvidence[] | undefined;
  /** The action that gives what was sent, if anybody here has it. */
  original?: string;
  /** Of whatever they came with, and what to do when one was marked; nothing where nobody here may. */
  version?: number;
  done?: () => void;
}

export function Evidence({ path, rows, original, version, done }: Props) {
  const files = { path, version, done };

  if (!rows?.length) return null;
  return (
    <section class="card stack" aria-label={t('evidence')}><h2>{t('evidence')}</h2>
      {!!original && mayDo(original) && <p class="quiet">{t('evidence_original_what')}</p>}
      <ol class="desk-list">{rows.map((each) => (each.restricted ? <Marked key={each.number} files={files} each={each} /> : <File key={each.number} files={files} each={each} original={original} />))}</ol>
    </section>
  );
}
