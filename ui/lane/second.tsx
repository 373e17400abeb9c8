// The second line: who waits, and one traveller beside whom he may be.
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { Act } from './act';
import { left, waits } from './clock';
import { Compared } from './compare';
import { Who } from './lane';
import { ask, type Candidate, type Hit } from './post';
import { language, moment, t, word } from './words';

/** Counts what came for the second line. */
export const hitsChanged = signal(0);
const chosen = signal('');

function Listed({ candidate, hit }: { candidate: Candidate; hit: Hit }) {
  const [shown, setShown] = useState(true);
  return (
    <article class="listed">
      <h3>{candidate.names.map((name) => name.text).join(' / ')}</h3>
      {candidate.photo && shown && <img src={`/post/v1/hits/${hit.id}/photo`} alt={t('photo')} onError={() => setShown(false)} />}
      <Compared traveller={hit.traveller} candidate={candidate} />
      <dl>
        <dt>{t('grade')}</dt><dd>{word('grade', candidate.grade)}</dd>
        <dt>{t('measures')}</dt>
        <dd>{candidate.measures.map((each) => `${word('measure', each.kind)} (${word('basis', each.basis)}${each.number ? ` ${each.number}` : ''})`).join('; ')}</dd>
        <dt>{t('reference')}</dt><dd>{candidate.reference}</dd>
      </dl>
      <p>{candidate.text}</p>
    </article>
  );
}

/** What the partner says, or until when it is to say it; of the host's own entry nobody is asked. */
function Partner({ of }: { of: Hit['partner'] }) {
  if (!of) return null;
  if (of.is) return <p>{`${t('partner_says')}: ${word('partner', of.is)}${of.text ? ` (${of.text})` : ''}`}</p>;
  return <p>{t('partner_asked')}{of.askedAt && of.dueAt && ` ${t('partner_asked_at', { at: moment(of.askedAt), due: moment(of.dueAt) })}`}</p>;
}

function One({ id }: { id: string }) {
  const [hit, setHit] = useState<Hit | null>(null);
  const [wrong, setWrong] = useState('');
  useEffect(() => {
    ask<Hit>('GET', `hits/${id}`).then(setHit).catch((error: Error) => setWrong(error.message));
  }, [id, hitsChanged.value, language.value]);
  if (!hit) return <p role="status">{wrong || t('waiting_post')}</p>;
  return (
    <section class="hit" aria-label={t('one_hit')}>
      <h2>{hit.state === 'open' ? waits(hit.at) : word('state', hit.state)}</h2>
      <div class="pair">
        <article><h3>{t('traveller')}</h3><Who traveller={hit.traveller} /><p>{t('at_lane', { lane: hit.lane, at: moment(hit.at) })}</p></article>
        {hit.candidates.map((each) => <Listed key={each.entry} candidate={each} hit={hit} />)}
      </div>
      {hit.custody && <p class="clock">{t('custody_until', { at: moment(hit.custody.until) })}{hit.state === 'custody' && ` · ${left(hit.custody.until)}`}</p>}
      <Partner of={hit.partner} />
      <p>{t('desk', { number: hit.desk })}</p>
      <div class="acts">
        {hit.acts.map((offer) => (
          <Act key={offer.act + hit.state} offer={offer} hit={hit}
            send={(body) => ask('POST', `hits/${hit.id}/acts/${offer.act}`, body).then(() => { hitsChanged.value += 1; })} />
        ))}
      </div>
      <ol class="story">{hit.story.map((each) => <li key={each.at + each.act}>{moment(each.at)} {word('act', each.act)} {each.officer} {each.note}</li>)}</ol>
    </section>
  );
}

export function Second() {
  const [hits, setHits] = useState<Hit[] | null>(null);
  const [wrong, setWrong] = useState('');
  useEffect(() => {
    ask<{ items: Hit[] }>('GET', 'hits').then((answer) => { setHits(answer.items); setWrong(''); }).catch((error: Error) => setWrong(error.message));
  }, [hitsChanged.value]);
  return (
    <main class="second">
      <section class="queue">
        <h1>{t('second_line')}</h1>
        {wrong && <p class="wrong" role="alert">{wrong}</p>}
        {hits?.length === 0 && !wrong && <p>{t('nobody_waits')}</p>}
        <ul>
          {hits?.map((each) => (
            <li key={each.id}>
              <button type="button" aria-pressed={chosen.value === each.id} onClick={() => { chosen.value = each.id; }}>
                <strong>{each.traveller?.names?.map((name) => name.text).join(' ')}</strong> <span class="number">{each.traveller?.document?.number}</span>{' '}
                {each.state === 'open' ? waits(each.at) : `${word('state', each.state)} ${moment(each.at)}`}
              </button>
            </li>
          ))}
        </ul>
      </section>
      {chosen.value && <One key={chosen.value} id={chosen.value} />}
    </main>
  );
}
