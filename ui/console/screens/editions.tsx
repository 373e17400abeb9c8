// The list in force, edition by edition.
import { When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { country, number, t } from '../../kit/i18n';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { dateTime } from '../../kit/time';
import { pathOf } from '../api/client';
import type { Edition } from '../api/types';
import { useData, useList } from '../data';
import { href } from '../router';
import { mayDo } from '../session';
import { Fact } from './entry_about';

function Cosigned({ by }: { by: string[] | undefined }) {
  return by?.length
    ? <span class="badge good"><Icon name="shield" />{by.map(country).join(', ')}</span>
    : <span class="badge warn"><Icon name="alert" />{t('not_cosigned')}</span>;
}

const columns = (): Column<Edition>[] => [
  { key: 'number', label: t('edition'), kind: 'main', show: (row) => <a href={href('editions', row.number)}>{t('edition_n', { n: number(row.number) })}</a> },
  { key: 'at', label: t('issued'), kind: 'short', show: (row) => <When at={row.issuedAt} /> },
  { key: 'entries', label: t('entries'), kind: 'number', show: (row) => number(row.entries) },
  { key: 'added', label: t('added'), kind: 'number', show: (row) => row.added !== undefined && `+${number(row.added)}` },
  { key: 'changed', label: t('changed'), kind: 'number', show: (row) => row.changed !== undefined && number(row.changed) },
  { key: 'removed', label: t('removed'), kind: 'number', show: (row) => row.removed !== undefined && `−${number(row.removed)}` },
  { key: 'cosigned', label: t('cosigned'), show: (row) => <Cosigned by={row.cosignedBy} /> },
];

function One({ of }: { of: string }) {
  const { data, error, again } = useData<Edition>(`/editions/${of}`, ['edition']);

  if (error && !data) return <section class="page"><h1>{t('edition')}</h1><Failed error={error} again={again} /></section>;
  if (!data) return <section class="page"><Waiting /></section>;
  return (
    <section class="page narrow">
      <p class="back"><a href={href('editions')}>← {t('editions')}</a></p>
      <header class="entry-head"><h1>{t('edition_n', { n: number(data.number) })}</h1><p class="badges"><Cosigned by={data.cosignedBy} /></p></header>
      <section class="card" aria-label={t('edition')}>
        <dl class="facts">
          <Fact label={t('issued')}>{dateTime(data.issuedAt)}</Fact>
          {data.expiresAt && <Fact label={t('expires')}>{dateTime(data.expiresAt)}</Fact>}
          <Fact label={t('entries')}>{number(data.entries)}</Fact>
          <Fact label={t('changes')}>{t('changes_n', { added: number(data.added ?? 0), changed: number(data.changed ?? 0), removed: number(data.removed ?? 0) })}</Fact>
          {data.ledgerSize !== undefined && <Fact label={t('leaves')}>{number(data.ledgerSize)}</Fact>}
          {data.size !== undefined && <Fact label={t('file_size')}>{number(Math.ceil(data.size / 1024))} KiB</Fact>}
          {data.sha256 && <Fact label="SHA-256"><span class="hash">{data.sha256}</span></Fact>}
        </dl>
      </section>
      {mayDo('edition.fetch') && <p><a class="button" href={pathOf(`/editions/${data.number}/file`)} download>{t('download')}</a></p>}
      <p class="quiet">{t('edition_verify')} <code>cordon verify edition</code></p>
    </section>
  );
}

export function Editions({ number: of }: { number: string | undefined }) {
  const { data, error, again, more } = useList<Edition>(of ? null : '/editions', ['edition', 'ledger']);

  if (of) return <One of={of} />;
  return (
    <section class="page">
      <div class="page-head"><h1>{t('editions')}</h1><p>{t('editions_what')}</p></div>
      <Table label={t('editions')} columns={columns()} rows={data?.items ?? null} id={(row) => String(row.number)} error={error} again={again} more={more} total={data?.total} empty={t('editions_empty')} />
    </section>
  );
}
