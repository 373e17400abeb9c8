// An alert as the public reads it, one card for each language that it is written in.
import { language as spoken, languageNames, languages, t, word, type Language } from '../../kit/i18n';
import type { AlertTexts } from '../api/types';

export interface Written { title: AlertTexts; text: AlertTexts; advice: AlertTexts; kind: string; exercise?: boolean | undefined }

export const writtenIn = (alert: Written): Language[] => languages.filter((each) => alert.title[each] || alert.text[each]);

export function AlertCard({ alert, language }: { alert: Written; language: Language }) {
  return (
    <article class="public-alert" lang={language}>
      <p class="quiet">{languageNames[language]}</p>
      <h3>{alert.exercise && `[${word('alert-state', 'exercise')}] `}{alert.kind !== 'alert' && `[${word('alert-kind', alert.kind)}] `}{alert.title[language]}</h3>
      <p class="text">{alert.text[language]}</p>
      {alert.advice[language] && <p class="text do"><strong lang={spoken.value}>{t('alert_advice')}:</strong> {alert.advice[language]}</p>}
    </article>
  );
}
