// What speaks for and against, in bits, as a small horizontal balance; the same in words beneath.
import { number, t } from './i18n';

/** `bits` of every reason, above zero for, below against. The axis is never cut: its middle is zero. */
export function Balance({ bits }: { bits: number[] }) {
  const pro = bits.filter((each) => each > 0).reduce((a, b) => a + b, 0);
  const contra = bits.filter((each) => each < 0).reduce((a, b) => a - b, 0);
  const most = Math.max(pro, contra, 20);
  const one = (n: number): string => number(Math.round(n * 10) / 10);

  return (
    <div class="balance">
      <svg viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true">
        <rect class="against" x={100 - (contra / most) * 98} y="3" width={(contra / most) * 98} height="10" />
        <rect class="for" x="100" y="3" width={(pro / most) * 98} height="10" />
        <path class="axis" d="M100 0v16" />
      </svg>
      <p><span class="con">{t('bits_against', { n: one(contra) })}</span><span class="pro">{t('bits_for', { n: one(pro) })}</span></p>
    </div>
  );
}
