// What came of the work, as officers say it: entered by form or as a table, confirmed by a second officer or by the other side.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { Clock, When } from '../../kit/clock';
import { FileDrop } from '../../kit/drop';
import { country, language, number, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { toast } from '../../kit/toast';
import { ask, post } from '../api/client';
import type { Outcome, OutcomeRows } from '../api/types';
import { useList } from '../data';
import { mayDo } from '../session';
import { EnterOutcome, NewOperation } from './outcome_form';

/** A file: all its rows, or none and why. */
function Rows() {
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<OutcomeRows | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const take = async (file: File): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const answer = await ask<OutcomeRows>('POST', '/outcomes/rows', { file, type: 'text/csv', query: { lang: language.value } });
      setTold(answer);
      if (!answer.problems.length) toast(t('outcome_rows_n', { n: number(answer.entered) }));
    } catch (problem) {
      setError(problem as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="stack" aria-label={t('outcome_file')}>
      <FileDrop label={t('outcome_file')} hint={t('outcome_file_hint')} accept=".csv" busy={busy} take={(file) => { void take(file); }} />
      {error && <Failed error={error} />}
      {told && told.problems.length > 0 && (
        <div class="summary" role="alert">
          <p><strong>{t('outcome_rows_bad')}</strong></p>
          <ul>{told.problems.map((each) => <li key={`${each.row}-${each.field}`}>{t('outcome_row', { row: number(each.row), field: each.field, text: each.text })}</li>)}</ul>
        </div>
      )}
    </section>
  );
}

function Sides({ of }: { of: Outcome }) {
  if (!of.operation) return null;
  return (
    <span class="pile"><strong>{of.operation}</strong>
      {of.sides && <Badge group="sides" value={of.sides} />}
      {of.sides === 'waiting' && of.sideUntil && of.confirmedAt && <Clock start={of.confirmedAt} end={of.sideUntil} />}</span>
  );
}

const columns = (act: (row: Outcome, name: string) => void): Column<Outcome>[] => [
  { key: 'name', label: t('figure'), kind: 'main', show: (row) => <span class="pile"><strong>{row.name}</strong><span class="quiet">{row.month}{row.country && ` · ${row.country === 'zz' ? t('unknown') : country(row.country)}`}</span></span> },
  { key: 'number', label: t('figures_number'), kind: 'number', show: (row) => <>{number(row.number)} <span class="quiet">{row.unit}</span></> },
  { key: 'side', label: t('outcome_side'), show: (row) => country(row.side) },
  { key: 'operation', label: t('operation'), show: (row) => <Sides of={row} /> },
  { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="said" value={row.state} /> },
  { key: 'by', label: t('outcome_entered_by'), show: (row) => <span class="pile"><Name text={row.enteredByName ?? country(row.side)} /><When at={row.enteredAt} /></span> },
  { key: 'confirmed', label: t('confirmed_by'), show: (row) => row.confirmedAt && <Name text={row.confirmedByName ?? ''} /> },
  { key: 'acts', label: '', show: (row) => <span class="acts">{row.acts.map((each) => <button key={each.act} type="button" onClick={() => act(row, each.act)}>{word('outcomeact', each.act)}</button>)}</span> },
];

export function Outcomes() {
  const { data, error, again, more } = useList<Outcome>('/outcomes', ['figures', 'minute']);
  const [failed, setFailed] = useState<Error | null>(null);
  const [open, setOpen] = useState<'enter' | 'operation' | Outcome | null>(null);
  const act = (row: Outcome, name: string): void => {
    setFailed(null);
    if (name === 'correct') {
      setOpen(row);
      return;
    }
    post(`/outcomes/${row.id}/acts/${name}`, {}, { version: row.version }).then(() => { toast(word('done', `outcome-${name}`)); again(); }, setFailed);
  };
  const close = (): void => { setOpen(null); again(); };

  return (
    <section class="stack" aria-label={t('outcomes')}>
      <div class="page-head"><p>{t('outcomes_what')}</p>
        {mayDo('outcome.enter') && <div class="acts">
          <button type="button" class="main" onClick={() => setOpen('enter')}>{t('outcome_enter')}</button>
          <button type="button" onClick={() => setOpen('operation')}>{t('operation_new')}</button></div>}
      </div>
      {failed && <Failed error={failed} />}
      <Table label={t('outcomes')} columns={columns(act)} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} more={more} total={data?.total} empty={t('outcomes_empty')} />
      {mayDo('outcome.enter') && <Rows />}
      {open === 'operation' && <NewOperation close={close} />}
      {open && open !== 'operation' && <EnterOutcome {...(open === 'enter' ? {} : { corrects: open })} close={close} />}
    </section>
  );
}
