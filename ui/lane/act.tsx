// One act of the second line: done at once, or asked for what it needs first.
import { useState } from 'preact/hooks';
import { Name } from '../kit/name';
import type { Hit, HitActOffer } from './post';
import { Portrait } from './portrait';
import { t, word } from './words';

/** Acts whose photograph somebody looks at who was not there. */
const pictured = ['ask', 'clear', 'note'];

interface Answer { note?: string; pin?: string; photo?: string; fields?: { entry?: string; consent?: true } }

function answered(form: HTMLFormElement, photo: string): Answer {
  const given = Object.fromEntries(new FormData(form)) as Record<string, string>;
  const fields = { ...(given['entry'] ? { entry: given['entry'] } : {}), ...(given['consent'] ? { consent: true as const } : {}) };
  return { ...(given['note'] ? { note: given['note'] } : {}), ...(given['pin'] ? { pin: given['pin'] } : {}), ...(photo ? { photo } : {}),
    ...(Object.keys(fields).length ? { fields } : {}) };
}

/** Whom of several it is: nobody is confirmed because he stands first. */
function Which({ hit }: { hit: Hit }) {
  return (
    <fieldset>
      <legend>{t('which_one')}</legend>
      {hit.candidates.map((each) => (
        <label class="tick" key={each.entry}><input type="radio" name="entry" value={each.entry} required />
          <span>{each.names.map((name) => <Name key={name.text} text={`${name.text} `} />)} {each.reference}</span></label>
      ))}
    </fieldset>
  );
}

function Consent({ hit }: { hit: Hit }) {
  if (!hit.clearancePossible) return <p>{t('consent_none')}</p>;
  return <label class="tick"><input type="checkbox" name="consent" value="yes" /><span>{t('consent')}. {t('consent_text')}</span></label>;
}

export function Act({ offer, hit, send }: { offer: HitActOffer; hit: Hit; send: (body: object) => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  const [wrong, setWrong] = useState('');
  const [photo, setPhoto] = useState('');
  const which = offer.act === 'confirm' && hit.candidates.length > 1, asks = offer.act === 'ask';
  const go = (body: object): void => { send(body).then(() => setOpen(false)).catch((error: Error) => setWrong(error.message)); };

  if (!open) {
    return (
      <>
        <button type="button" class={`act-${offer.act}`} onClick={() => (which || asks || offer.needsPin || offer.needsNote ? setOpen(true) : go({}))}>{word('act', offer.act)}</button>
        {wrong && <p class="wrong" role="alert">{wrong}</p>}
      </>
    );
  }
  return (
    <form class="acting" onSubmit={(event) => { event.preventDefault(); go(answered(event.currentTarget as HTMLFormElement, photo)); }}>
      <h3>{word('act', offer.act)}</h3>
      {wrong && <p class="wrong" role="alert">{wrong}</p>}
      {which && <Which hit={hit} />}
      {(offer.needsNote || asks) && <label>{t('note')}{asks && ` (${t('optional')})`}<textarea name="note" rows={2} required={offer.needsNote} /></label>}
      {pictured.includes(offer.act) && <Portrait give={setPhoto} />}
      {offer.act === 'clear' && <Consent hit={hit} />}
      {offer.needsPin && <label>{t('pin')}<input name="pin" type="password" inputMode="numeric" required autocomplete="off" /></label>}
      <button type="submit">{word('act', offer.act)}</button>
      <button type="button" onClick={() => { setOpen(false); setPhoto(''); setWrong(''); }}>{t('back')}</button>
    </form>
  );
}
