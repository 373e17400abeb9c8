// Two people side by side: what is the same is marked in both, dates stand one above the other with the differing part marked.
import type { ComponentChildren } from 'preact';
import { Icon } from './icon';
import { t } from './i18n';
import { Name } from './name';

export interface Facet { key: string; label: string; left: string[]; right: string[]; kind: 'name' | 'date' | 'text' }
/** Parts that the engine found to be the same in other letters: of the left, of the right. */
export type Pair = readonly [string, string];

/** Words of a name without marks and capitals, to be compared. */
function folded(text: string): string[] {
  return text.normalize('NFD').replace(/\p{Mark}/gu, '').toLowerCase().split(/[\s,.'·-]+/u).filter(Boolean);
}

/** The words of `text`, each marked that also stands among `others` or was found by the engine (`found`). */
function Marked({ text, others, found }: { text: string; others: string[]; found: string[] }) {
  const known = new Set([...others, ...found].flatMap(folded));
  const parts = text.split(/(\s+)/u);
  const whole = [...others, ...found].some((each) => each.normalize('NFC') === text.normalize('NFC'));

  if (whole) return <mark><Name text={text} /></mark>;
  return <>{parts.map((part, i) => (folded(part).some((each) => known.has(each)) ? <mark key={i}><Name text={part} /></mark> : <Name key={i} text={part} />))}</>;
}

/** A date in its parts; a part that no date of the other side has is marked as different. */
function DateMarked({ text, others }: { text: string; others: string[] }) {
  return (
    <span class="figures">
      {text.split('-').map((part, i) => {
        const same = others.length === 0 || others.some((other) => other.split('-')[i] === part);
        const tag = same ? <span>{part}</span> : <mark class="other">{part}</mark>;
        return <span key={i}>{i > 0 && '-'}{tag}</span>;
      })}
    </span>
  );
}

function Side({ facet, side, pairs }: { facet: Facet; side: 'left' | 'right'; pairs: Pair[] }) {
  const found = pairs.map((pair) => pair[side === 'left' ? 0 : 1]);
  const mine = facet[side];
  const others = side === 'left' ? facet.right : facet.left;

  if (!mine.length) return <span class="quiet">{t('none_given')}</span>;
  return (
    <ul class="values">
      {mine.map((text) => (
        <li key={text}>{facet.kind === 'date' ? <DateMarked text={text} others={others} /> : facet.kind === 'name' ? <Marked text={text} others={others} found={found} /> : <Name text={text} />}</li>
      ))}
    </ul>
  );
}

type Verdict = 'same' | 'part' | 'swapped' | 'differs' | 'open';

function verdict({ left, right, kind }: Facet, found: Pair[]): Verdict {
  const pairs = left.flatMap((mine) => right.map((theirs) => [mine, theirs] as const));

  if (!pairs.length) return 'open';
  if (kind === 'date') {
    if (pairs.some(([a, b]) => a === b)) return 'same';
    if (pairs.some(([a, b]) => a === b.replace(/-(\d\d)-(\d\d)$/, '-$2-$1'))) return 'swapped';
    return pairs.some(([a, b]) => a.split('-')[0] === b.split('-')[0]) ? 'part' : 'differs';
  }
  const known = (a: string, b: string): boolean => found.some(([mine, theirs]) => mine === a && theirs === b);
  if (pairs.some(([a, b]) => folded(a).sort().join(' ') === folded(b).sort().join(' ') || known(a, b))) return 'same';
  return kind === 'name' && pairs.some(([a, b]) => folded(a).some((part) => folded(b).includes(part))) ? 'part' : 'differs';
}

/** Heads are what stands above the two columns. */
export function Comparison({ heads, facets, pairs = [] }: { heads: [ComponentChildren, ComponentChildren]; facets: Facet[]; pairs?: Pair[] }) {
  const shape = { same: 'check', part: 'half', swapped: 'half', differs: 'cross', open: 'ring' } as const;
  const words = { same: t('compare_same'), part: t('compare_part'), swapped: t('compare_swapped'), differs: t('compare_differs'), open: t('compare_open') };

  return (
    <div class="table compare" role="region" aria-label={t('compare')} tabIndex={0}>
      <table>
        <thead><tr><th scope="col">{t('compare_what')}</th><th scope="col">{heads[0]}</th><th scope="col">{heads[1]}</th><th scope="col">{t('compare_found')}</th></tr></thead>
        <tbody>
          {facets.filter((each) => each.left.length || each.right.length).map((facet) => {
            const found = verdict(facet, pairs);
            return (
              <tr key={facet.key}>
                <th scope="row">{facet.label}</th>
                <td><Side facet={facet} side="left" pairs={pairs} /></td>
                <td><Side facet={facet} side="right" pairs={pairs} /></td>
                <td class={`found ${found}`}><Icon name={shape[found]} /> {words[found]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
