// Files of nominations: drop one, see what became of every row.
import { useState } from 'preact/hooks';
import { When } from '../../kit/clock';
import { FileDrop } from '../../kit/drop';
import { country, number, t } from '../../kit/i18n';
import { Failed } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { toast } from '../../kit/toast';
import { ask, pathOf } from '../api/client';
import type { Submission } from '../api/types';
import { useList } from '../data';
import { language } from '../../kit/i18n';
import { go, href } from '../router';
import { mayDo } from '../session';
import { SubmissionView } from './submission';

const types: Record<string, string> = { csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', json: 'application/json', jsonl: 'application/x-ndjson', ndjson: 'application/x-ndjson' };

const columns = (): Column<Submission>[] => [
  { key: 'name', label: t('file'), kind: 'main', show: (row) => <a href={href('submissions', row.id)}>{row.name || row.id.slice(0, 8)}</a> },
  { key: 'owner', label: t('owner'), show: (row) => country(row.owner) },
  { key: 'at', label: t('received'), kind: 'short', show: (row) => <When at={row.receivedAt} /> },
  { key: 'rows', label: t('rows'), kind: 'number', show: (row) => number(row.rows) },
  { key: 'taken', label: t('taken'), kind: 'number', show: (row) => number(row.taken) },
  { key: 'refused', label: t('refused'), kind: 'number', show: (row) => (row.refused ? <strong>{number(row.refused)}</strong> : number(0)) },
  { key: 'known', label: t('known'), kind: 'number', show: (row) => number(row.known) },
];

function Send() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const send = async (file: File): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const type = types[file.name.split('.').pop()?.toLowerCase() ?? ''] ?? file.type;
      const made = await ask<Submission>('POST', '/submissions', { file, type, query: { name: file.name, lang: language.value } });
      toast(t('submitted_n', { taken: number(made.taken), refused: number(made.refused) }));
      go(href('submissions', made.id));
    } catch (problem) {
      setError(problem as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="stack" aria-label={t('submit_file')}>
      <FileDrop label={t('submit_file')} hint={t('submit_hint')} accept=".csv,.xlsx,.json,.jsonl,.ndjson" busy={busy} take={(file) => { void send(file); }} />
      {busy && <p role="status">{t('submitting')}</p>}
      {error && <Failed error={error} />}
      <p class="quiet">{t('template')}: <a href={pathOf('/submissions/template', { format: 'xlsx', lang: language.value })} download="cordon.xlsx">XLSX</a> · <a href={pathOf('/submissions/template', { format: 'csv', lang: language.value })} download="cordon.csv">CSV</a></p>
    </section>
  );
}

export function Submissions({ id }: { id: string | undefined }) {
  const { data, error, again, more } = useList<Submission>(id ? null : '/submissions', ['submission']);

  if (id) return <SubmissionView id={id} />;
  return (
    <section class="page">
      <div class="page-head"><h1>{t('submissions')}</h1><p>{t('submissions_what')}</p></div>
      {mayDo('submission.create') && <Send />}
      <Table label={t('submissions')} columns={columns()} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} more={more} total={data?.total} empty={t('submissions_empty')} />
    </section>
  );
}
