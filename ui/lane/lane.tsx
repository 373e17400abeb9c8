// Where the traveller stands: waits for a passport, then one thing, huge.
import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ask, type Check, type State, type Traveller } from './post';
import { Camera } from './camera';
import { startReader } from './reader';
import { sound } from './sound';
import { language, t, word } from './words';

/** A practice traveller for this lane, as if his passport had been read. */
export const drillZone = signal('');

const cameraKey = 'F8';

const shapes = {
  pass: <circle cx="50" cy="50" r="46" />,
  refer: <path d="M50 4 96 50 50 96 4 50Z" />,
  stop: <path d="M31 4h38l27 27v38L69 96H31L4 69V31Z" />,
};

export function Who({ traveller }: { traveller: Traveller }) {
  return (
    <p class="traveller">
      {traveller.names.map((name) => <strong key={name.text}>{name.text} </strong>)}
      <span>{[traveller.birthDate, traveller.nationality?.toUpperCase(), traveller.document?.number].filter(Boolean).join(' · ')}</span>
    </p>
  );
}

/** What makes a result less sure than its colour. */
function doubts(check: Check): string[] {
  return [
    check.list?.colour === 'red' ? t('red_list') : '',
    check.reading?.camera ? t('by_camera') : '',
    check.reading?.bad.length ? t('digits_wrong', { fields: check.reading.bad.map((each) => word('field', each)).join(', ') }) : '',
    check.chip?.result === 'invalid' ? t('chip_invalid') : '',
    check.bounded ? t('bounded') : '',
  ].filter(Boolean);
}

function Result({ check, desk, waits, next }: { check: Check; desk: string; waits: boolean; next: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const looks = check.quiet ? 'pass' : check.result;
  useLayoutEffect(() => {
    button.current?.focus();
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || (event.key !== 'Enter' && event.key !== ' ')) return;
      if (event.target instanceof HTMLElement && event.target.closest('button, input')) return;
      event.preventDefault();
      if (!event.repeat) next();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [check.id, language.value]);
  return (
    <section class={`result ${looks}`} aria-live="assertive">
      <svg viewBox="0 0 100 100" aria-hidden="true">{shapes[looks]}</svg>
      <h1>{check.quiet ? word('result', 'pass') : check.title}</h1>
      <p class={check.quiet ? 'private' : 'act'}>{check.quiet ? `${check.title}. ${check.text}` : check.text}</p>
      {!check.quiet && check.guards.length > 0 && <p class="guards">{check.guards.map((each) => word('guard', each)).join(' · ')}</p>}
      <Who traveller={check.traveller} />
      {!check.quiet && doubts(check).map((each) => <p class="doubt" key={each}>{each}</p>)}
      {looks !== 'pass' && desk && <p class="desk">{t('desk', { number: desk })}</p>}
      <button type="button" ref={button} onClick={next}>{looks === 'pass' ? t('next') : t('noted')}</button>
      {waits && <p class="doubt" role="alert">{t('note_first')}</p>}
    </section>
  );
}

function Typed({ take }: { take: (body: object) => void }) {
  const send = (event: Event): void => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement)) as Record<string, string>;
    const properties: Record<string, string[]> = {};
    for (const [name, value] of Object.entries(given)) if (value.trim()) properties[name] = [value.trim()];
    take({ person: { properties } });
  };
  return (
    <details>
      <summary>{t('typed')}</summary>
      <form class="typed" onSubmit={send}>
        <label>{t('name')}<input name="name" required autocomplete="off" /></label>
        <label>{t('birth')}<input name="birthDate" placeholder="1990-03-07" pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" autocomplete="off" /></label>
        <label>{t('nationality')}<input name="nationality" maxLength={3} placeholder="kr" autocomplete="off" /></label>
        <label>{t('document')}<input name="passportNumber" autocomplete="off" /></label>
        <button type="submit">{t('check')}</button>
      </form>
    </details>
  );
}

export function Lane({ now }: { now: State }) {
  const [check, setCheck] = useState<Check | null>(null);
  const [said, setSaid] = useState('');
  const [waits, setWaits] = useState(false);
  const [camera, setCamera] = useState(false);
  const busy = useRef(false);
  const held = useRef<Check | null>(null);
  held.current = check;
  const take = (body: object): void => {
    /* Refer and stop stay until they were noted, and whoever reads on meanwhile is told that nothing was checked. */
    if (held.current && held.current.result !== 'pass') setWaits(true);
    if (busy.current || (held.current && held.current.result !== 'pass')) return;
    busy.current = true;
    const slow = setTimeout(() => { setCheck(null); setSaid(t('checking')); }, 300);
    ask<Check>('POST', 'checks', body).then((made) => {
      if (made.reading?.again) {
        setCheck(null);
        setSaid(t('again', { fields: made.reading.bad.map((each) => word('field', each)).join(', ') }));
        return;
      }
      setSaid('');
      setWaits(false);
      setCheck(made);
      if (!made.quiet) sound(made.result);
    }).catch((error: Error) => { setCheck(null); setSaid(error.message); }).finally(() => {
      clearTimeout(slow);
      busy.current = false;
    });
  };
  /* Before the lane is painted: whoever sees that it is ready may read at once. */
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== cameraKey || event.repeat || held.current) return;
      event.preventDefault();
      setCamera(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  useLayoutEffect(() => startReader((zone) => { setCamera(false); take({ mrz: zone }); }, () => { if (!held.current) setSaid(t('cut')); }), []);
  useEffect(() => {
    /* Never in the place of a traveller who stands there. */
    if (!drillZone.value || check || busy.current) return;
    take({ mrz: drillZone.value });
    drillZone.value = '';
  }, [drillZone.value, check, said]);
  const next = (): void => {
    if (!check) return;
    ask<{ drill?: boolean }>('POST', `checks/${check.id}/answer`, { key: 'noted' })
      .then((answer) => setSaid(answer?.drill ? t('it_was_a_drill') : '')).catch((error: Error) => setSaid(error.message));
    setCheck(null);
  };
  return (
    <main class="lane">
      {check ? <Result check={check} desk={now.desk} waits={waits} next={next} /> : (
        <section class="idle">
          <h1>{t('ready')}</h1>
          {!camera && <p>{t('ready_text')}</p>}
          {said && !camera && <p class="said" role="alert">{said}</p>}
          {camera ? <Camera close={() => setCamera(false)} take={(zone) => { setCamera(false); take({ mrz: zone, camera: true }); }} /> : (
            <>
              <button type="button" class="open-camera" onClick={() => { setSaid(''); setCamera(true); }}>{t('camera')} <kbd>{cameraKey}</kbd></button>
              <Typed take={take} />
            </>
          )}
        </section>
      )}
    </main>
  );
}
