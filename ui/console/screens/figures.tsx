// Figures for the public: a month as it stands, what would be withheld, proposed by one officer and released by another.
import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge';
import { When } from '../../kit/clock';
import { Dialog } from '../../kit/dialog';
import { Choice, Field, Form } from '../../kit/form';
import { country, number, t, word } from '../../kit/i18n';
import { Name } from '../../kit/name';
import { Failed, Waiting } from '../../kit/state';
import { Table, type Column } from '../../kit/table';
import { toast } from '../../kit/toast';
import { post, pathOf } from '../api/client';
import type { FigureCell, FigureDefinitions, FigureDraft, FigureRelease, List } from '../api/types';
import { useData } from '../data';
import { go, href, place, withQuery } from '../router';
import { mayDo } from '../session';
import { Outcomes } from './outcomes';

/** The month that ended last, and eleven before it: "2026-10". */
export function months(count = 12, from = 1): string[] {
  const now = new Date();
  return Array.from({ length: count }, (_, i) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - from - i, 1)).toISOString().slice(0, 7));
}

function Withheld({ is }: { is: boolean }) {
  return is ? <Badge group="figures" value="withheld" /> : null;
}

/** Nationalities of one figure, with those marked that the public does not see. */
function Parts({ of }: { of: FigureCell }) {
  if (!of.parts.length) return null;
  return (
    <details><summary>{t('by_nationality')}</summary>
      <ul class="plain-list">{of.parts.map((each) => <li key={each.country}>{each.country === 'zz' ? t('unknown') : country(each.country)} <strong>{number(each.value)}</strong> <Withheld is={each.withheld} /></li>)}</ul>
    </details>
  );
}

const columns = (): Column<FigureCell>[] => [
  { key: 'name', label: t('figure'), kind: 'main', show: (row) => <span class="pile"><strong>{row.name}</strong><span class="quiet">{row.funnel}</span></span> },
  { key: 'value', label: t('figures_number'), kind: 'number', show: (row) => <>{number(row.value)} <span class="quiet">{row.unit}</span></> },
  { key: 'seen', label: t('figures_seen'), show: (row) => <span class="pile"><Withheld is={row.withheld} />{row.sides && <Badge group="sides" value={row.sides} />}{row.changed && <span class="badge warn">{t('figures_before', { n: number(row.before ?? 0) })}</span>}</span> },
  { key: 'parts', label: t('by_nationality'), show: (row) => <Parts of={row} /> },
];

function Propose({ draft, close }: { draft: FigureDraft; close: () => void }) {
  const { data } = useData<FigureDefinitions>('/figures/definitions');
  const changed = draft.cells.filter((each) => each.changed);

  return (
    <Dialog title={t('figures_propose')} wide onClose={close}>
      <p class="quiet">{t('figures_propose_what')}</p>
      <Form label={t('figures_propose')} submit={t('figures_propose')} onCancel={close} send={async (answers) => {
        const reasons = Object.fromEntries(changed.map((each) => [each.id, { code: answers[each.id], ...(answers[`${each.id}-text`] ? { text: answers[`${each.id}-text`] } : {}) }]));
        await post<FigureRelease>('/figures/releases', { month: draft.month, reasons });
        toast(t('figures_proposed'));
        close();
      }}>
        {changed.map((each) => (
          <fieldset key={each.id}><legend>{t('figures_changed', { name: each.name, before: number(each.before ?? 0), now: number(each.value) })}</legend>
            <div class="fields">
              <Choice name={each.id} label={t('reason')} required none={t('choose')} options={(data?.reasons ?? []).map((one) => ({ value: one.code, text: one.text }))} />
              <Field name={`${each.id}-text`} label={t('figures_words')} maxLength={300} />
            </div>
          </fieldset>
        ))}
      </Form>
    </Dialog>
  );
}

function Draft({ month }: { month: string }) {
  const { data, error, again } = useData<FigureDraft>('/figures', ['figures', 'minute'], { month });
  const [proposing, setProposing] = useState(false);

  if (error && !data) return <Failed error={error} again={again} />;
  if (!data) return <Waiting />;
  return (
    <section class="stack" aria-label={t('figures_draft')}>
      <div class="page-head"><h2>{t('figures_draft')}</h2>
        {mayDo('figures.propose') && data.cells.length > 0 && <button type="button" class="main" onClick={() => setProposing(true)}>{t('figures_propose')}</button>}</div>
      {data.revises && <p>{t('figures_revises')}</p>}
      <Table label={t('figures_draft')} columns={columns()} rows={data.cells} id={(row) => row.id} empty={t('figures_none')} />
      {data.joint.length > 0 && <p>{t('operations')}: {data.joint.map((each) => <span key={each.id}> <strong>{each.id}</strong> <Badge group="sides" value={each.sides} /></span>)}</p>}
      {proposing && <Propose draft={data} close={() => { setProposing(false); again(); }} />}
    </section>
  );
}

function Releases() {
  const { data, error, again } = useData<List<FigureRelease>>('/figures/releases', ['figures', 'ledger', 'minute']);
  const [failed, setFailed] = useState<Error | null>(null);
  const act = (row: FigureRelease, name: string): void => {
    setFailed(null);
    post(`/figures/releases/${row.id}/acts/${name}`, {}, { version: row.version }).then(() => { toast(word('done', `figures-${name}`)); again(); }, setFailed);
  };
  const shape: Column<FigureRelease>[] = [
    { key: 'number', label: t('figures_release'), kind: 'main', show: (row) => (row.number ? <a href={pathOf(`/figures/files/figures-${row.number}.json`)} download={`figures-${row.number}.json`}>{t('figures_release_n', { n: number(row.number) })}</a> : t('figures_release')) },
    { key: 'month', label: t('month'), kind: 'short', show: (row) => row.month },
    { key: 'state', label: t('state'), kind: 'state', show: (row) => <Badge group="figures" value={row.state} /> },
    { key: 'by', label: t('proposed_by'), show: (row) => <span class="pile"><Name text={row.proposedByName ?? ''} /><When at={row.proposedAt} /></span> },
    { key: 'released', label: t('figures_released_by'), show: (row) => row.releasedAt && <span class="pile"><Name text={row.releasedByName ?? ''} /><When at={row.releasedAt} /></span> },
    { key: 'ledger', label: t('ledger'), show: (row) => row.ledger && <span title={row.hash}>{word('ledgered', row.ledger)}</span> },
    { key: 'acts', label: '', show: (row) => <span class="acts">{row.acts.map((each) => <button key={each.act} type="button" class={each.act === 'release' ? 'main' : ''} onClick={() => act(row, each.act)}>{word('figuresact', each.act)}</button>)}</span> },
  ];

  return (
    <section class="stack" aria-label={t('figures_releases')}>
      <h2>{t('figures_releases')}</h2>
      {failed && <Failed error={failed} />}
      <Table label={t('figures_releases')} columns={shape} rows={data?.items ?? null} id={(row) => row.id} error={error} again={again} total={data?.total} empty={t('figures_releases_none')} />
    </section>
  );
}

export function Figures({ part }: { part: string | undefined }) {
  const reads = mayDo('figures.read'), shown = part === 'outcomes' || !reads ? 'outcomes' : 'draft';
  const month = place.value.query.get('month') ?? months()[0] ?? '';

  return (
    <section class="page">
      <div class="page-head"><div><h1>{t('figures')}</h1><p>{t('figures_what')}</p></div></div>
      <nav class="tabs" aria-label={t('figures')}>
        {reads && <a href={href('figures')} aria-current={shown === 'draft' ? 'page' : undefined}>{t('figures_releases')}</a>}
        {mayDo('outcome.read') && <a href={href('figures', 'outcomes')} aria-current={shown === 'outcomes' ? 'page' : undefined}>{t('outcomes')}</a>}
      </nav>
      {shown === 'outcomes' ? <Outcomes /> : (
        <>
          <div class="field"><label for="month">{t('month')}</label>
            <select id="month" value={month} onChange={(event) => go(withQuery({ month: event.currentTarget.value }))}>{months().map((each) => <option key={each} value={each}>{each}</option>)}</select></div>
          <Draft key={month} month={month} />
          <Releases />
        </>
      )}
    </section>
  );
}
