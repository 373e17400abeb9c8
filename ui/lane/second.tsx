// The second line: who waits, and one traveller beside whom he may be.
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { Who } from './lane';
import { ask, type Candidate, type Hit, type HitActOffer } from './post';
import { language, moment, t, word } from './words';

/** Counts what came for the second line. */
export const hitsChanged = signal(0);
const chosen = signal('');

function Listed({ candidate, hit }: { candidate: Candidate; hit: string }) {
  const [shown, setShown] = useState(true);
  const of = (name: string): string => (candidate.person.properties[name] ?? []).join(', ');
  return (
    <article class="listed">
      <h3>{candidate.names.map((name) => name.text).join(' / ')}</h3>
      {candidate.photo && shown && <img src={`/post/v1/hits/${hit}/photo`} alt={t('photo')} onError={() => setShown(false)} />}
      <dl>
        <dt>{t('grade')}</dt><dd>{word('grade', candidate.grade)}</dd>
        <dt>{t('birth')}</dt><dd>{of('birthDate')}</dd>
        <dt>{t('nationality')}</dt><dd>{of('nationality').toUpperCase()}</dd>
        <dt>{t('document')}</dt><dd>{candidate.documents.map((each) => each.number).join(', ')}</dd>
        <dt>{t('measures')}</dt>
        <dd>{candidate.measures.map((each) => `${word('measure', each.kind)} (${word('basis', each.basis)}${each.number ? ` ${each.number}` : ''})`).join('; ')}</dd>
        <dt>{t('reference')}</dt><dd>{candidate.reference}</dd>
      </dl>
      <p>{candidate.text}</p>
    </article>
  );
}

function Act({ offer, send }: { offer: HitActOffer; send: (body: object) => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  const [wrong, setWrong] = useState('');
  const go = (body: object): void => { send(body).then(() => setOpen(false)).catch((error: Error) => setWrong(error.message)); };
  if (!open) {
    return <button type="button" class={`act-${offer.act}`} onClick={() => (offer.needsPin || offer.needsNote ? setOpen(true) : go({}))}>{word('act', offer.act)}</button>;
  }
  return (
    <form class="acting" onSubmit={(event) => { event.preventDefault(); go(Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement))); }}>
      <h3>{word('act', offer.act)}</h3>
      {wrong && <p class="wrong" role="alert">{wrong}</p>}
      {offer.needsNote && <label>{t('note')}<textarea name="note" rows={2} required /></label>}
      {offer.needsPin && <label>{t('pin')}<input name="pin" type="password" inputMode="numeric" required autocomplete="off" /></label>}
      <button type="submit">{word('act', offer.act)}</button>
      <button type="button" onClick={() => setOpen(false)}>{t('back')}</button>
    </form>
  );
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
      <h2>{word('state', hit.state)}</h2>
      <div class="pair">
        <article><h3>{t('traveller')}</h3><Who traveller={hit.traveller} /><p>{t('at_lane', { lane: hit.lane, at: moment(hit.at) })}</p></article>
        {hit.candidates.map((each) => <Listed key={each.entry} candidate={each} hit={hit.id} />)}
      </div>
      {hit.custody && <p class="clock">{t('custody_until', { at: moment(hit.custody.until) })}</p>}
      <p>{hit.partner?.is ? `${t('partner_says')}: ${word('partner', hit.partner.is)}${hit.partner.text ? ` (${hit.partner.text})` : ''}` : t('partner_asked')}</p>
      <p>{t('desk', { number: hit.desk })}</p>
      <div class="acts">
        {hit.acts.map((offer) => (
          <Act key={offer.act + hit.state} offer={offer}
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
                <strong>{each.traveller?.names?.map((name) => name.text).join(' ')}</strong> {word('state', each.state)} {moment(each.at)}
              </button>
            </li>
          ))}
        </ul>
      </section>
      {chosen.value && <One key={chosen.value} id={chosen.value} />}
    </main>
  );
}
