// Files that came with a report or dispute: what they are, a picture's clean copy, and the original for whoever may have it.
import { useState } from 'preact/hooks';
import { number, t, word } from '../../kit/i18n';
import { Failed } from '../../kit/state';
import { file, picture } from '../api/client';
import type { ReportEvidence } from '../api/types';
import { mayDo } from '../session';

/** One file. Nothing is shown by itself; an original is saved, never opened here. */
function File({ path, each, original }: { path: string; each: ReportEvidence; original: string | undefined }) {
  const [address, setAddress] = useState('');
  const [trouble, setTrouble] = useState<Error | null>(null);
  const here = `${path}/evidence/${each.number}`;
  const show = () => { picture(here).then(setAddress, setTrouble); };
  const save = () => { file(`${here}/original`).catch(setTrouble); };
  const copy = each.state === 'clean' && !address;
  const whole = each.state !== 'waiting' && !!original && mayDo(original);

  return (
    <li><strong>{number(each.number)}. {each.media ?? t('evidence')}</strong> · {number(each.size)} B · {word('evidence', each.state)}
      {each.reason && <span class="beneath">{word('evidence-reason', each.reason)}</span>}
      <span class="beneath hash">SHA-256 {each.sha256}</span>
      {(copy || whole) && (
        <p class="acts">
          {copy && <button type="button" onClick={show}>{t('evidence_show')}</button>}
          {whole && <button type="button" onClick={save}>{t('evidence_original')}</button>}
        </p>)}
      {address && <img class="evidence" src={address} alt={t('evidence_copy', { n: number(each.number) })} />}
      {trouble && <Failed error={trouble} />}
    </li>
  );
}

/** `path`: of whatever they came with; `original`: the action that gives what was sent, if anybody here has it. */
export function Evidence({ path, rows, original }: { path: string; rows: ReportEvidence[] | undefined; original?: string }) {
  if (!rows?.length) return null;
  return (
    <section class="card stack" aria-label={t('evidence')}><h2>{t('evidence')}</h2>
      {!!original && mayDo(original) && <p class="quiet">{t('evidence_original_what')}</p>}
      <ol class="desk-list">{rows.map((each) => <File key={each.number} path={path} each={each} original={original} />)}</ol>
    </section>
  );
}
