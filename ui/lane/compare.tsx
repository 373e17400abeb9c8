// A traveller beside one whom he is like: what each of them has, and what the engine made of it, in words.
import { Icon } from '../kit/icon';
import { Name } from '../kit/name';
import type { Candidate, Finding, Traveller } from './post';
import { language, t, type Key } from './words';

declare const FINDINGS: Record<string, Record<string, string>>;

interface Row { property: string; label: Key; mine: string[]; theirs: string[] }

function filled(values: (string | undefined)[]): string[] {
  return values.filter((each): each is string => Boolean(each));
}

function rows(traveller: Traveller, candidate: Candidate): Row[] {
  const of = (name: string): string[] => candidate.person.properties[name] ?? [];
  const paper = (each: { number?: string; country?: string }): string => `${each.number ?? ''}${each.country ? ` (${each.country.toUpperCase()})` : ''}`;
  const all: Row[] = [
    { property: 'name', label: 'name', mine: traveller.names.map((each) => each.text), theirs: candidate.names.map((each) => each.text) },
    { property: 'birthDate', label: 'birth', mine: filled([traveller.birthDate]), theirs: of('birthDate') },
    { property: 'country', label: 'nationality', mine: filled([traveller.nationality?.toUpperCase()]), theirs: of('nationality').map((each) => each.toUpperCase()) },
    { property: 'document', label: 'document', mine: traveller.document?.number ? [paper(traveller.document)] : [], theirs: candidate.documents.map(paper) },
  ];
  return all.filter((each) => each.mine.length || each.theirs.length);
}

function said(each: Finding): string {
  return FINDINGS[language.value]?.[`rule-${each.rule}`] ?? each.rule;
}

/** For or against by shape, then the words; parts of a name, which are counted in it, say which of them they are of. */
function Found({ row, findings }: { row: Row; findings: Finding[] }) {
  if (!findings.length) return <span>{!row.mine.length || !row.theirs.length ? '–' : t(row.property === 'document' ? 'compare_other' : 'compare_none')}</span>;
  return (
    <ul>{findings.map((each, i) => (
      <li key={i}>{each.property === 'namePart' ? <Name text={`${[each.query, each.candidate].filter(Boolean).join(' – ')}: `} />
        : <Icon name={each.bits > 0 ? 'check' : each.bits < 0 ? 'cross' : 'ring'} />} {said(each)}</li>
    ))}</ul>
  );
}

function Values({ of }: { of: string[] }) {
  return of.length ? <ul>{of.map((each) => <li key={each}><Name text={each} /></li>)}</ul> : <span>–</span>;
}

export function Compared({ traveller, candidate }: { traveller: Traveller; candidate: Candidate }) {
  const all = candidate.explanations ?? [];
  const about = (property: string): Finding[] => all.filter((each) => each.property === property || (property === 'name' && each.property === 'namePart'));
  return (
    <table class="compared">
      <thead><tr><th scope="col">{t('compare_what')}</th><th scope="col">{t('traveller')}</th><th scope="col">{t('compare_listed')}</th><th scope="col">{t('compare_found')}</th></tr></thead>
      <tbody>{rows(traveller, candidate).map((row) => (
        <tr key={row.property}>
          <th scope="row">{t(row.label)}</th><td><Values of={row.mine} /></td><td><Values of={row.theirs} /></td><td class="found"><Found row={row} findings={about(row.property)} /></td>
        </tr>
      ))}</tbody>
    </table>
  );
}
