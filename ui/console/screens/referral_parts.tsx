// What screens about reports that were given to partners have in common.
import { Clock } from '../../kit/clock';
import { country } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { dateTime } from '../../kit/time';
import type { PublicTables, Referral } from '../api/types';
import { named } from './public_parts';

/** The authority, behind its country. */
export function authorityName(tables: PublicTables | null, row: Referral): string {
  const name = named(tables?.authorities.find((each) => each.number === row.authority)?.name);
  return name ? `${country(row.country)}: ${name}` : country(row.country);
}

/** Its badge: what waits for an acknowledgement stands out, the more so when it is late. */
export const shownState = (row: Referral): string => (row.state !== 'withdrawn' ? row.state : row.lateAt ? 'late' : 'waiting');

/** Whether a withdrawal was acknowledged: the clock that runs until then, or who did so. */
export function Standing({ row }: { row: Referral }) {
  if (row.acknowledgedAt) return <>{dateTime(row.acknowledgedAt)} {row.acknowledgedByName && <span class="quiet"><Name text={row.acknowledgedByName} /></span>}</>;
  return row.dueAt ? <Clock start={row.withdrawnAt} end={row.dueAt} /> : null;
}
