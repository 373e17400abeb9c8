// Where somebody crossed before he was listed: found by keyed hashes when his entry came into an edition.
import { Icon } from '../../kit/icon';
import { t, word } from '../../kit/i18n';
import { Table } from '../../kit/table';
import { dateTime } from '../../kit/time';
import type { Crossing, List } from '../api/types';
import { useData } from '../data';

/** Nothing where nothing was found. */
export function Crossings({ entry }: { entry: string }) {
  const { data } = useData<List<Crossing> & { inCountrySince?: string }>(`/entries/${entry}/crossings`, ['crossing']);

  if (!data?.items.length) return null;
  return (
    <section class={data.inCountrySince ? 'card stack warning' : 'card stack'} aria-label={t('crossings')}>
      <h2>{data.inCountrySince ? <><Icon name="alert" /> {t('in_country_since', { when: dateTime(data.inCountrySince) })}</> : t('crossings')}</h2>
      <p class="quiet">{data.inCountrySince ? t('in_country_why') : t('crossings_what')}</p>
      <Table label={t('crossings')} rows={data.items} id={(row) => `${row.at}${row.post ?? ''}`} empty="" columns={[
        { key: 'when', label: t('when'), kind: 'main', show: (row) => dateTime(row.at) },
        { key: 'place', label: t('hit_place'), show: (row) => row.postName },
        { key: 'point', label: t('crossing_way'), show: (row) => word('point', row.point) },
        { key: 'result', label: t('crossing_result'), show: (row) => word('lane', row.result) },
        { key: 'by', label: t('crossing_by'), show: (row) => word('crossing', row.by) },
      ]} />
    </section>
  );
}
