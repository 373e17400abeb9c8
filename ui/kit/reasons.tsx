// Why the engine holds two to be one: each finding in words, with what it weighs. The words are those of the screening page.
import { language, number, t } from './i18n';
import { Name } from './name';

declare const FINDINGS: Record<string, Record<string, string>>;

export interface Finding { property?: string; rule?: string; query?: string; candidate?: string; bits?: number }

function said(group: string, name: string | undefined): string {
  return FINDINGS[language.value]?.[`${group}-${name ?? ''}`] ?? name ?? '';
}

/** Parts of a name stand under their name and are counted in it. */
export function Reasons({ findings }: { findings: Finding[] }) {
  return (
    <div class="table" role="region" aria-label={t('why')} tabIndex={0}>
      <table class="reasons">
        <thead><tr><th scope="col">{t('compare_what')}</th><th scope="col">{t('this_entry')}</th><th scope="col">{t('other_entry')}</th><th scope="col">{t('compare_found')}</th><th scope="col" class="number">{t('bits')}</th></tr></thead>
        <tbody>{findings.map((each, i) => (
          <tr key={i} class={each.property === 'namePart' ? 'part' : ''}>
            <th scope="row">{said('feature', each.property)}</th>
            <td data-label={t('this_entry')}><Name text={each.query ?? ''} /></td>
            <td data-label={t('other_entry')}><Name text={each.candidate ?? ''} /></td>
            <td data-label={t('compare_found')}>{said('rule', each.rule)}</td>
            <td class="number" data-label={t('bits')}>{each.bits === undefined ? '' : `${each.bits > 0 ? '+' : each.bits < 0 ? '−' : ''}${number(Math.round(Math.abs(each.bits) * 10) / 10)}`}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}
