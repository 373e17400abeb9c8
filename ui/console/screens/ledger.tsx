// The append-only log: its heads, who cosigned them, and whether it still adds up.
import { useState } from 'preact/hooks';
import { When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { number, t, word } from '../../kit/i18n';
import { Failed, Waiting } from '../../kit/state';
import { post } from '../api/client';
import type { Check } from '../api/types';
import { useData } from '../data';
import { Fact } from './entry_about';
import { Checks } from './entry_proof';

interface Witness { name: string; at?: string; size?: number }
interface Head { log: string; origin: string; size: number; root: string; signedAt?: string; witnesses: Witness[]; checkpoint?: string }
interface Status { logs: Head[]; keys: { name: string; purpose: string; state: string }[] }
interface Verified { ok: boolean; size?: number; root?: string; checks?: Check[] }

function LogHead({ head }: { head: Head }) {
  const { witnesses } = head;

  return (
    <section class="card" aria-label={word('log', head.log)}>
      <h2>{word('log', head.log)}</h2>
      <dl class="facts">
        <Fact label={t('leaves')}>{number(head.size)}</Fact>
        <Fact label={t('root')}><span class="hash">{head.root}</span></Fact>
        {head.signedAt && <Fact label={t('signed')}><When at={head.signedAt} /></Fact>}
        <Fact label={t('witnesses')}>
          {witnesses.length === 0 ? <span><Icon name="alert" /> {t('witnesses_none')}</span> : (
            <ul class="checks">{witnesses.map((each) => (
              <li key={each.name} class="ok"><Icon name="check" /><span>{each.name} <span class="quiet"><When at={each.at} />{each.size !== undefined ? ` · ${number(each.size)}` : ''}</span></span></li>
            ))}</ul>
          )}
        </Fact>
      </dl>
      {head.checkpoint && <details><summary>{t('checkpoint')}</summary><pre class="hash">{head.checkpoint}</pre></details>}
    </section>
  );
}

export function Ledger() {
  const { data, error, again } = useData<Status>('/ledger', ['ledger']);
  const [result, setResult] = useState<Verified | null>(null);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = (): void => {
    setBusy(true);
    setTrouble(null);
    post<Verified>('/ledger/verify').then(setResult, setTrouble).finally(() => setBusy(false));
  };

  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('ledger')}</h1><p>{t('ledger_what')}</p></div>
        <button type="button" class="main" disabled={busy} onClick={verify}>{busy ? t('verifying') : t('verify_now')}</button></div>
      {trouble && <Failed error={trouble} />}
      <div role="status">
        {result && (
          <section class="card stack" aria-label={t('verify_now')}>
            <ul class="checks"><li class={result.ok ? 'ok' : 'bad'}><Icon name={result.ok ? 'check' : 'cross'} /><strong>{result.ok ? t('ledger_good', { n: number(result.size ?? 0) }) : t('ledger_bad')}</strong></li></ul>
            {result.checks && <Checks checks={result.checks} />}
            {result.root && <p class="hash quiet">{result.root}</p>}
          </section>
        )}
      </div>
      {error && !data && <Failed error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data?.logs.map((head) => <LogHead key={head.log} head={head} />)}
      {data && data.keys.length > 0 && (
        <section class="card" aria-label={t('keys_of_hub')}><h2>{t('keys_of_hub')}</h2>
          <ul class="problems">{data.keys.map((each) => <li key={each.name}><span class="hash">{each.name}</span> <span class="quiet">{word('log', each.purpose)} · {word('key', each.state)}</span></li>)}</ul></section>
      )}
    </section>
  );
}
