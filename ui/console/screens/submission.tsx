// One file: how many rows were taken, refused, known, and why, row by row in the sender's language.
import { Badge } from '../../kit/badge';
import { country, number, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table } from '../../kit/table';
import { dateTime } from '../../kit/time';
import type { Row, Submission } from '../api/types';
import { useData, useList } from '../data';
import { href, place, withQuery } from '../router';

function Problems({ row }: { row: Row }) {
  return (
    <>
      <ul class="problems">
        {row.problems?.map((each, i) => (
          <li key={i}>{each.field && !each.text?.startsWith(each.field) && <b>{word('property', each.field)}</b>}<span>{each.text}</span>{each.value && <code><Name text={each.value} /></code>}</li>
        ))}
      </ul>
      {row.lookalikes && row.lookalikes.length > 0 && row.entry && (
        <a href={href('entries', row.entry, 'similar')}>{t('lookalikes_n', { n: number(row.lookalikes.length) })}</a>
      )}
    </>
  );
}

export function SubmissionView({ id }: { id: string }) {
  const status = place.value.query.get('status') ?? '';
  const { data: file, error, again } = useData<Submission>(`/submissions/${id}`, ['submission']);
  const rows = useList<Row>(`/submissions/${id}/rows`, [], { status, limit: '500' });
  const counts: [string, number][] = file ? [['', file.rows], ['taken', file.taken], ['refused', file.refused], ['known', file.known]] : [];

  if (error && !file) return <section class="page"><h1>{t('submission')}</h1><Failed error={error} again={again} /></section>;
  if (!file) return <section class="page"><Waiting /></section>;
  return (
    <section class="page">
      <p class="back"><a href={href('submissions')}>← {t('submissions')}</a></p>
      <div class="page-head"><h1>{file.name || t('submission')}</h1>
        <p>{country(file.owner)} · {file.byName && <><Name text={file.byName} /> · </>}{dateTime(file.receivedAt)}</p></div>
      <nav class="counts" aria-label={t('rows')}>
        {counts.map(([name, n]) => (
          <a key={name} href={withQuery({ status: name })} aria-current={status === name ? 'true' : undefined}><strong>{number(n)}</strong><span>{name ? word('row', name) : t('all_rows')}</span></a>
        ))}
      </nav>
      <Table label={t('rows')} rows={rows.data?.items ?? null} id={(row) => String(row.row)} error={rows.error} again={rows.again} more={rows.more} total={rows.data?.total}
        empty={t('rows_empty')} columns={[
          { key: 'row', label: t('row'), kind: 'number', show: (row) => number(row.row) },
          { key: 'status', label: t('state'), show: (row) => <Badge group="row" value={row.status} /> },
          { key: 'name', label: t('name'), kind: 'main', show: (row) => (row.entry ? <a href={href('entries', row.entry)}><Name text={row.name ?? row.reference ?? ''} /></a> : <Name text={row.name ?? ''} />) },
          { key: 'reference', label: t('reference'), kind: 'short', show: (row) => row.reference },
          { key: 'problems', label: t('why'), show: (row) => <Problems row={row} /> },
        ]} />
      {file.sha256 && <p class="quiet hash">SHA-256 {file.sha256}</p>}
    </section>
  );
}
