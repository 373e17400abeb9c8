// One call for help. How it stands is always there; what was said is loaded when the officer opens it, and stays until he leaves the screen.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { Clock, When } from '../../kit/clock';
import { Icon } from '../../kit/icon';
import { country, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Timeline } from '../../kit/timeline';
import { dateTime } from '../../kit/time';
import { get } from '../api/client';
import type { Rescue, RescueCall } from '../api/types';
import { useData } from '../data';
import { href } from '../router';
import { Fact } from './entry_about';
import { reasonName, useTables } from './public_parts';
import { RescueActs } from './rescue_acts';
import { Called } from './rescue_call';
import { Desk } from './rescue_parts';

function Opener({ open }: { open: () => void }) {
  return (
    <section class="card next" aria-label={t('rescue_open')}>
      <p>{t('rescue_open_what')}</p>
      <p class="acts"><button type="button" class="main" data-act="open" ref={(button) => button?.focus()} onClick={open}>{t('rescue_open')}</button></p>
    </section>
  );
}

/** The same rows for both countries, as the audit has them. */
function Openings({ rows }: { rows: NonNullable<Rescue['openings']> }) {
  return (
    <section class="card" aria-label={t('rescue_openings')}><h2>{t('rescue_openings')}</h2>
      {rows.length === 0 && <p class="quiet">{t('rescue_openings_none')}</p>}
      <ul class="openings">{rows.map((each) => <li key={`${each.at} ${each.by}`}>{each.byName ? <Name text={each.byName} /> : each.by} <span class="quiet">{country(each.country)} · <When at={each.at} /></span></li>)}</ul>
    </section>
  );
}

/** Who did what in whose name, the newest first. */
function Story({ rows }: { rows: NonNullable<Rescue['story']> }) {
  return (
    <section class="card" aria-label={t('story')}><h2>{t('story')}</h2>
      <Timeline moments={[...rows].reverse().map((each) => ({
        key: String(each.number), at: each.at,
        head: <><strong>{word('rescue-act', each.act, { country: country(each.country) })}</strong>{' '}
          <span class="quiet">{each.byName ? <><Name text={each.byName} /> {country(each.country)}</> : word('desk-by', each.by)}</span></>,
        body: each.note && <p class="text">{each.note}</p>,
      }))} /></section>
  );
}

function Result({ row }: { row: Rescue }) {
  const tables = useTables();
  if (!row.result) return null;
  return (
    <section class="card" aria-label={t('rescue_result')}><h2>{t('rescue_result')}</h2>
      <p><strong>{reasonName(tables, row.result)}</strong></p>
      {row.state === 'closing' && <p class="stop"><Icon name="half" /> {t('rescue_proposed', { who: country(row.proposedCountry) })}</p>}
      <dl class="facts">
        <Fact label={country(row.proposedCountry)}>{row.proposedByName && <Name text={row.proposedByName} />} · {row.proposedAt && dateTime(row.proposedAt)}</Fact>
        {row.agreedAt && <Fact label={country(row.agreedCountry)}>{row.agreedByName && <Name text={row.agreedByName} />} · {dateTime(row.agreedAt)}</Fact>}
      </dl>
    </section>
  );
}

export function RescueView({ id }: { id: string }) {
  const { data: row, error, again } = useData<Rescue>(`/rescues/${id}`, ['rescue']);
  const [call, setCall] = useState<RescueCall | null>(null);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const open = (): void => { setTrouble(null); get<RescueCall>(`/rescues/${id}/call`).then(setCall, setTrouble).finally(again); };

  if (error && !row) return <section class="page"><h1>{t('rescues')}</h1><Failed error={error} again={again} /></section>;
  if (!row) return <section class="page"><Waiting /></section>;
  return (
    <section class="page">
      <p class="back"><a href={href('rescues')}>← {t('rescues')}</a></p>
      <header class="entry-head">
        <h1>{t('rescue_n', { n: row.number })}</h1>
        <p class="badges"><Badge group="rescue" value={row.state} /><Badge group="rescue-relation" value={row.relation} /></p>
        <p class="quiet">{dateTime(row.receivedAt)}</p>
      </header>
      <section class="card" aria-label={t('rescue_desks')}><h2>{t('rescue_desks')}</h2>
        <div class="rescue-desks">{row.desks.map((each) => <Desk key={each.country} desk={each} tiers />)}</div></section>
      <div class="two">
        <div class="stack">
          <Result row={row} />
          {trouble && <Failed error={trouble} again={open} />}
          {call ? <Called row={row} call={call} acts={<RescueActs row={row} done={again} />} again={open} /> : <Opener open={open} />}
          {!call && row.opened && <RescueActs row={row} done={again} />}
          {row.story && <Story rows={row.story} />}
        </div>
        <aside class="stack">
          {row.state !== 'closed' && <section class="card" aria-label={t('rescue_check')}><h2>{t('rescue_check')}</h2>
            {row.checkAt ? <Clock start={row.receivedAt} end={row.checkAt} /> : <p class="quiet">{t('rescue_check_none')}</p>}</section>}
          <Openings rows={row.openings ?? []} />
        </aside>
      </div>
    </section>
  );
}
