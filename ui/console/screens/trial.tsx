// What is known of a lesson's effect: groups alone, and no claim before there are enough of them.
import { t, word } from '../../kit/i18n';
import { Table, type Column } from '../../kit/table';
import type { LessonTrial } from '../api/types';
import { useData } from '../data';

type Phase = LessonTrial['phases'][number];
type Arm = Phase['arms'][number] & { phase: Phase['phase'] };

/** The API's thousandths, with a sign where one number is compared with another. */
const number = (thousandths: number, digits: number, unit = 1000): string => (thousandths / unit).toFixed(digits);
const signed = (thousandths: number, digits: number, unit: number): string => `${thousandths > 0 ? '+' : ''}${number(thousandths, digits, unit)}`;
const between = (three: number[], digits: number, unit = 1000): string => {
  const [found = '', low = '', high = ''] = three.map((one) => signed(one, digits, unit));
  return `${found} (${low}, ${high})`;
};

const columns = (few: string): Column<Arm>[] => [
  { key: 'phase', label: t('when'), kind: 'main', show: (row) => `${word('phase', row.phase)} · ${word('arm', row.arm)}` },
  { key: 'people', label: t('trial_people'), kind: 'number', show: (row) => row.people ?? few },
  { key: 'd', label: t('trial_d'), kind: 'number', show: (row) => (row.discrimination === undefined ? '' : number(row.discrimination, 2)) },
  { key: 'alarms', label: t('trial_alarms'), kind: 'number', show: (row) => (row.alarms === undefined ? '' : `${number(row.alarms, 1, 10)} %`) },
];

export function Trial() {
  const { data } = useData<LessonTrial>('/lesson-trial', ['public']);
  if (!data) return null;
  const rows = data.phases.flatMap((phase) => phase.arms.map((arm): Arm => ({ ...arm, phase: phase.phase })));
  return (
    <section class="card">
      <h2>{t('trial')} {word('lesson', data.lesson)}</h2>
      <p class="quiet">{t('trial_what')}</p>
      <p><strong>{word('claim', data.claim)}</strong> {data.claim === 'none' && t('trial_claim_from', { count: String(data.claimFrom) })}</p>
      <Table label={t('trial')} columns={columns(t('trial_few', { count: String(data.shownFrom) }))} rows={rows} id={(row) => `${row.phase}-${row.arm}`} empty={t('trial_what')} />
      {data.phases.map((phase) => phase.effect && phase.phase !== 'before' && (
        <p key={phase.phase}>{word('phase', phase.phase)}: {t('trial_effect', { d: between(phase.effect.discrimination, 2), alarms: between(phase.effect.alarms, 1, 10) })}</p>
      ))}
      {data.others > 0 && <p class="quiet">{t('trial_others', { count: String(data.others) })}</p>}
    </section>
  );
}
