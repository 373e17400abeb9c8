// Columns over time, from zero, each part with a pattern of its own; the same figures stand in a table beneath.
import { useId, useState } from 'preact/hooks';
import { number, t } from './i18n';
import { useWidth } from './width';

export interface Part { key: string; label: string; tone: 'good' | 'warn' | 'stop' | 'quiet' }
export interface Column { key: string; label: string; /** beneath the column, where there is room */ tick: string; values: number[] }

/** A round number at or above `most` whose half is round too; nothing is cut. */
function ceiling(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 4, 6, 10].map((each) => each * power).find((each) => each >= most) ?? most;
}

const left = 44, top = 12, bottom = 24, height = 200;

/** Told apart without colour too: plain, hatched one way, hatched both ways. */
function Patterns({ id }: { id: string }) {
  return (
    <defs>
      {(['warn', 'stop'] as const).map((tone) => (
        <pattern key={tone} id={`${id}-${tone}`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect class={`ground ${tone}`} width="6" height="6" />
          <path class="hatch" d={tone === 'warn' ? 'M-1 1l2-2M0 6l6-6M5 7l2-2' : 'M-1 1l2-2M0 6l6-6M5 7l2-2M-1 5l2 2M0 0l6 6M5-1l2 2'} />
        </pattern>
      ))}
    </defs>
  );
}

interface Props { label: string; /** in a sentence, what the columns are */ what: string; parts: Part[]; columns: Column[] }

/** `values` of each column are in the order of `parts`, the first at the foot. */
export function Chart({ label, what, parts, columns }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { ref, width } = useWidth<HTMLElement>(720);
  const fill = (tone: Part['tone']): string | undefined => (tone === 'warn' || tone === 'stop' ? `url(#${id}-${tone})` : undefined);
  // as many labels as have room
  const each = Math.max(1, Math.ceil((columns.length * 46) / Math.max(1, width - left)));
  const sums = columns.map((each) => each.values.reduce((a, b) => a + b, 0));
  const most = ceiling(Math.max(...sums, 0));
  const step = (width - left) / Math.max(1, columns.length), bar = Math.max(3, step * 0.68);
  const y = (n: number): number => top + (height - top - bottom) * (1 - n / most);
  const lines = [...new Set([0, Math.round(most / 2), most])];

  return (
    <figure class="chart" ref={ref}>
      <figcaption><strong>{label}</strong>
        <ul class="legend">{parts.map((each) => <li key={each.key}><svg viewBox="0 0 12 12" aria-hidden="true"><rect class={`part ${each.tone}`} fill={fill(each.tone)} width="12" height="12" /></svg>{each.label}</li>)}</ul>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${label}. ${what}`}>
        <Patterns id={id} />
        {lines.map((n) => <g key={n}><path class={n ? 'grid' : 'axis'} d={`M${left} ${y(n)}H${width}`} /><text class="tick" x={left - 8} y={y(n) + 4} text-anchor="end">{number(n)}</text></g>)}
        {columns.map((column, i) => {
          let foot = 0;
          const x = left + i * step + (step - bar) / 2;
          return (
            <g key={column.key}>
              <title>{`${column.label}: ${parts.map((part, k) => `${part.label} ${number(column.values[k] ?? 0)}`).join(', ')}`}</title>
              <rect class="hover" x={left + i * step} y={top} width={step} height={height - top - bottom} />
              {parts.map((part, k) => {
                const n = column.values[k] ?? 0, from = y(foot), to = y(foot += n);
                return n > 0 && <rect key={part.key} class={`part ${part.tone}`} fill={fill(part.tone)} x={x} y={Math.min(to, from - 1.5)} width={bar} height={Math.max(1.5, from - to)} />;
              })}
              {i % each === 0 && <text class="tick" x={x + bar / 2} y={height - 6} text-anchor="middle">{column.tick}</text>}
            </g>
          );
        })}
      </svg>
      <p class="quiet chart-what">{what}</p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('as_table')}</summary>
        {open && (
          <div class="table" role="region" aria-label={label} tabIndex={0}>
            <table class="plain-rows">
              <thead><tr><th scope="col">{t('when')}</th>{parts.map((each) => <th key={each.key} scope="col" class="number">{each.label}</th>)}</tr></thead>
              <tbody>{columns.map((column) => (
                <tr key={column.key}><th scope="row">{column.label}</th>{parts.map((part, k) => <td key={part.key} class="number" data-label={part.label}>{number(column.values[k] ?? 0)}</td>)}</tr>
              ))}</tbody>
            </table>
          </div>
        )}
      </details>
    </figure>
  );
}
