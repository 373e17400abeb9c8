// Tables of rows that open: real columns, a head that stays, `j` and `k` between rows, Enter opens (each row has a link).
import type { ComponentChildren } from 'preact';
import { Empty, Failed, Waiting } from './state';
import { number, t } from './i18n';

export interface Column<T> {
  key: string;
  label: string;
  show: (row: T) => ComponentChildren;
  kind?: 'number' | 'main' | 'short' | 'state';
  /** Not in the cards of a narrow window: what opens from the row says it. */
  aside?: true;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[] | null;
  id: (row: T) => string;
  /** The row that is open beside the table. */
  open?: string | undefined;
  error?: Error | null;
  again?: () => void;
  empty: ComponentChildren;
  total?: number | undefined;
  more?: (() => void) | null;
}

/** The first column of kind `main` holds the row's link. On a narrow window rows become cards with the labels inside. */
export function Table<T>({ label, columns, rows, id, open, error, again, empty, total, more }: Props<T>) {
  if (error && !rows) return <Failed error={error} {...(again ? { again } : {})} />;
  if (!rows) return <Waiting />;
  if (!rows.length) return <Empty title={t('nothing_here')}>{empty}</Empty>;
  return (
    <div class="table" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead><tr>{columns.map((each) => <th key={each.key} scope="col" class={each.kind ?? ''}>{each.label}</th>)}</tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} class={open === id(row) ? 'open' : ''}>
              {columns.map((each) => {
                const content = each.show(row);
                return (
                  <td key={each.key} class={`${each.kind ?? ''}${each.aside ? ' aside' : ''}`} data-label={each.label}>
                    {content && <div class="cell">{content}</div>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="table-foot quiet">
        {total !== undefined && t('shown_of', { n: number(rows.length), total: number(total) })}
        {more && <button type="button" onClick={more}>{t('more')}</button>}
      </p>
    </div>
  );
}
