// What the machine found in a report's text: proposed, until an analyst says which of it belongs to the fraud.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { plural, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed } from '../../kit/state';
import { dateTime } from '../../kit/time';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { Report, ReportFound } from '../api/types';
import { href } from '../router';
import { Identifier } from './public_parts';

type Act = 'found-confirm' | 'found-reject';

/** The acts that are left: what was decided can be decided the other way; of an official contact there is nothing to decide. */
const actsOf = (each: ReportFound): Act[] => {
  const confirm: Act[] = each.state !== 'confirmed' && !each.official ? ['found-confirm'] : [];
  const reject: Act[] = each.state === 'confirmed' || (each.state === 'proposed' && !each.official) ? ['found-reject'] : [];
  return [...confirm, ...reject];
};

const reports = (query: string, x: string): string => `${href('reports')}?${query}=${encodeURIComponent(x)}`;

function One({ each, may, busy, act }: { each: ReportFound; may: boolean; busy: boolean; act: (which: Act) => void }) {
  return (
    <li><strong><Identifier x={each.x} /></strong> {each.official ? <Badge group="verdict" value="official" /> : <Badge group="found" value={each.state} />}
      {!each.official && each.verdict && <> <Badge group="verdict" value={each.verdict} /></>}
      <span class="beneath"><bdi>{each.typed}</bdi>
        {each.reports > 0 && <> · <a href={reports('identifier', each.x)}>{plural('reports_n', each.reports)}</a></>}
        {each.texts > 0 && <> · <a href={reports('found', each.x)}>{plural('texts_n', each.texts)}</a></>}</span>
      {each.decidedAt && <span class="beneath">{dateTime(each.decidedAt)}{each.decidedByName && <> · <Name text={each.decidedByName} /></>}</span>}
      {each.official && <span class="beneath">{t('found_official')}</span>}
      {may && actsOf(each).length > 0 && (
        <p class="acts">{actsOf(each).map((which) => (
          <button type="button" key={which} data-act={which} disabled={busy} onClick={() => { act(which); }}>{word('desk-do', which)}</button>))}</p>)}
    </li>
  );
}

export function Found({ report, done }: { report: Report; done: () => void }) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const may = !!report.acts?.some((each) => each.act === 'found-confirm');
  const send = (number: number, act: Act): void => {
    setBusy(true);
    setTrouble(null);
    post(`/reports/${report.id}/acts/${act}`, { found: number }, { version: report.version })
      .then(() => { toast(word('desk-act', act)); done(); }, setTrouble).finally(() => { setBusy(false); });
  };

  if (!report.found?.length) return null;
  return (
    <section class="card stack" aria-label={t('found')}><h2>{t('found')}</h2>
      <p class="quiet">{t('found_what')}</p>
      {trouble && <Failed error={trouble} />}
      <ul class="desk-list">{report.found.map((each) => (
        <One key={each.number} each={each} may={may} busy={busy} act={(which) => { send(each.number, which); }} />))}</ul>
    </section>
  );
}
