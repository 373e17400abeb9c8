// Whether the log has every step of this entry, recomputed when asked.
import { Icon } from '../../kit/icon';
import { t, word } from '../../kit/i18n';
import { Failed, Waiting } from '../../kit/state';
import { Table } from '../../kit/table';
import type { Check } from '../api/types';
import { useData } from '../data';

interface Leaf { id: string; index: number | null; inCheckpoint: number | null; ok?: boolean; proof?: string }
interface Proof { ok: boolean; leaves: Leaf[] }

export function Checks({ checks }: { checks: Check[] }) {
  return (
    <ul class="checks">
      {checks.map((each) => (
        <li key={each.name} class={each.ok ? 'ok' : 'bad'}><Icon name={each.ok ? 'check' : 'cross'} />
          <span>{word('check', each.name)}{each.detail ? <span class="quiet"> {each.detail}</span> : null}</span></li>
      ))}
    </ul>
  );
}

export function EntryProof({ id }: { id: string }) {
  const { data, error, again } = useData<Proof>(`/entries/${id}/proof`, ['entry', 'ledger']);

  if (error && !data) return <Failed error={error} again={again} />;
  if (!data) return <Waiting />;
  const { leaves, ok: good } = data;
  return (
    <section class="card stack" aria-label={t('part_proof')}>
      <div class="card-head"><h2>{t('part_proof')}</h2><button type="button" onClick={again}>{t('verify_now')}</button></div>
      <ul class="checks"><li class={good ? 'ok' : 'bad'}><Icon name={good ? 'check' : 'cross'} /><span>{good ? t('proof_good', { n: leaves.length }) : t('proof_bad')}</span></li></ul>
      <p class="quiet narrow">{t('proof_what')}</p>
      <Table label={t('leaves')} rows={leaves} id={(row) => row.id} empty={t('leaves_none')} columns={[
        { key: 'index', label: t('leaf'), kind: 'main', show: (row) => <>{row.index ?? t('leaf_waits')}</> },
        { key: 'ok', label: t('state'), show: (row) => (row.index === null || row.inCheckpoint === null ? <><Icon name="half" /> {t('leaf_waits')}</> : row.ok === false ? <><Icon name="cross" /> {t('proof_bad')}</> : <><Icon name="check" /> {t('in_log')}</>) },
        { key: 'id', label: t('leaf_id'), show: (row) => <span class="hash">{row.id}</span> },
        { key: 'proof', label: t('part_proof'), show: (row) => row.proof && <details><summary>tlog-proof</summary><pre class="hash">{row.proof}</pre></details> },
      ]} />
    </section>
  );
}
