// Today at the public's desk: reports that nobody has dealt with, the gravest first.
import { number, t } from '../../kit/i18n';
import { Table } from '../../kit/table';
import type { List, Report } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { useTables } from './public_parts';
import { reportColumns } from './reports';

const shown = '5';

/** Null until they are known, and for whoever deals with none. */
export function useReportsWaiting(): List<Report> | null {
  return useData<List<Report>>(mayDo('report.act') ? '/reports' : null, ['report'], { open: '1', limit: shown }).data;
}

export function ReportsWaiting({ reports }: { reports: List<Report> }) {
  return (
    <>
      <h2>{t('report_today')}</h2>
      <Table label={t('report_today')} columns={reportColumns(useTables())} rows={reports.items} id={(row) => row.id} empty="" />
      {reports.next && <p><a href={href('reports')}>{t('all_waiting', { n: number(reports.total ?? reports.items.length) })}</a></p>}
    </>
  );
}
