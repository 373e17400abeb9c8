// Today at the border: hits that wait for me, clearances that the second line proposed, and what somebody must hear of.
import { When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Table } from '../../kit/table';
import type { Clearance, Hit, List, Today } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { mayDo, session } from '../session';
import { hitColumns } from './hits';

const shown = '8';

/** The owner's officer is asked; those on duty and at the second line have what is still in hand. Who must say why he looks is not asked here. */
function query(): Record<string, string> | null {
  if (mayDo('hit.answer')) return { unanswered: '1' };
  return mayDo('hit.act') || session.value?.person?.roles.includes('secondary') ? { open: '1' } : null;
}

/** Hits that wait for this officer; null until they are known, and where none may. */
export function useHitsWaiting(): List<Hit> | null {
  const wanted = query();
  return useData<List<Hit>>(wanted ? '/hits' : null, ['hit'], { ...wanted, limit: shown }).data;
}

export function HitsWaiting({ hits }: { hits: List<Hit> }) {
  const title = t(mayDo('hit.answer') ? 'hit_today_mine' : 'hit_today');

  return (
    <>
      <h2>{title}</h2>
      <Table label={title} columns={hitColumns()} rows={hits.items} id={(row) => row.id} empty="" />
      {hits.next && <p><a href={`${href('hits')}?${mayDo('hit.answer') ? 'unanswered=1' : 'state=running'}`}>{t('hit_today_all')}</a></p>}
    </>
  );
}

/** Those that another officer proposed and this one may confirm. */
export function ClearancesWaiting() {
  const { data } = useData<List<Clearance>>(mayDo('clearance.confirm') ? '/clearances' : null, ['clearance'], { state: 'proposed', limit: shown });
  const rows = data?.items.filter((each) => each.proposedBy !== session.value?.person?.id) ?? [];

  if (!rows.length) return null;
  return (
    <section class="card" aria-label={t('clearances_waiting')}>
      <h2>{t('clearances_waiting')}</h2>
      <ul class="notices">
        {rows.map((each) => (
          <li key={each.id}><a href={href('clearances', each.id)}><Name text={each.name ?? each.person?.properties['name']?.[0] ?? ''} /></a>
            <span class="quiet">{t('is_not')} <Name text={each.entryName ?? ''} /> · <When at={each.proposedAt} /></span></li>
        ))}
      </ul>
    </section>
  );
}

type Alert = NonNullable<Today['alerts']>[number];

function place(alert: Alert): string {
  if (alert.kind === 'past-crossing') return href('entries', alert.id);
  if (alert.kind === 'carrier-call') return `${href('reversals', alert.id)}?call=1`;
  return alert.kind === 'clearances-rise' ? href('audit') : href('hits', alert.id);
}

export function Alerts({ alerts }: { alerts: Alert[] }) {
  if (!alerts.length) return null;
  return (
    <section class="card" aria-label={t('alerts')}>
      <h2>{t('alerts')}</h2>
      <ul class="notices">
        {alerts.map((each) => (
          <li key={`${each.kind} ${each.id} ${each.at}`}>
            <span><Icon name="alert" /> <a href={place(each)}>{word('alert', each.kind)}</a></span>
            <span class="quiet">{each.name && <><Name text={each.name} /> · </>}<When at={each.at} /></span>
          </li>
        ))}
      </ul>
    </section>
  );
}
