// Why the engine holds two to be one: each finding in words, with what it weighs. The words are those of the screening page.
import { language, number, t } from './i18n';
import { Name } from './name';

declare const FINDINGS: Record<string, Record<string, string>>;

export interface Finding { property?: string; rule?: string; query?: string; candidate?: string; bits?: number }

function said(group: string, name: string | undefined): string {
  return FINDINGS[language.value]?.[`${group}-${name ?? ''}`] ?? name ?? '';
}

/** Heads are what the two are called. Parts of a name stand under their name and are counted in it. */
export function Reasons({ findings, heads = [t('this_entry'), t('other_entry')] }: { findings: Finding[]; heads?: [string, string] }) {
  return (
    <div class="table" role="region" aria-label={t('why')} tabIndex={0}>
      <table class="reasons">
        <thead><tr><th scope="col">{t('compare_what')}</th><th scope="col">{heads[0]}</th><th scope="col">{heads[1]}</th><th scope="col">{t('compare_found')}</th><th scope="col" class="number">{t('bits')}</th></tr></thead>
        <tbody>{findings.map((each, i) => (
          <tr key={i} class={each.property === 'namePart' ? 'part' : ''}>
            <th scope="row">{said('feature', each.property)}</th>
            <td data-label={heads[0]}><Name text={each.query ?? ''} /></td>
            <td data-label={heads[1]}><Name text={each.candidate ?? ''} /></td>
            <td data-label={t('compare_found')}>{said('rule', each.rule)}</td>
            <td class="number" data-label={t('bits')}>{each.bits === undefined ? '' : `${each.bits > 0 ? '+' : each.bits < 0 ? '−' : ''}${number(Math.round(Math.abs(each.bits) * 10) / 10)}`}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}
