import { language, languageNames, languages, t } from '../kit/i18n';
import { setLanguage } from './speak';

/** Switched in one act. */
export function Languages() {
  return (
    <div class="languages" role="group" aria-label={t('language')}>
      {languages.map((each) => (
        <button type="button" key={each} lang={each} aria-pressed={language.value === each} onClick={() => void setLanguage(each)}>
          {languageNames[each]}
        </button>
      ))}
    </div>
  );
}
