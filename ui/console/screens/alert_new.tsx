// The form of an alert: written in each language, seen beside as the public will read it. Of one that went out: its update or its withdrawal.
import { useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog';
import { answersOf, Area, Choice, Field, Form, Tick, type Answers } from '../../kit/form';
import { country, language as spoken, languageNames, languages, t, word, type Language } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { post } from '../api/client';
import type { AlertTexts, Campaign, List, PublicAlert } from '../api/types';
import { useData } from '../data';
import { go, href } from '../router';
import { mayDo } from '../session';
import { AlertCard, writtenIn, type Written } from './alert_view';

const scales: Record<string, string[]> = {
  severity: ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'], urgency: ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'],
  certainty: ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] };
const usual: Record<string, string> = { severity: 'Severe', urgency: 'Immediate', certainty: 'Observed' };
const channels = ['phone', 'sms', 'messenger', 'social', 'email', 'website', 'job', 'person'];
const regions = ['kh', 'kr', 'th', 'vn', 'la', 'mm', 'cn', 'my', 'sg', 'ph', 'id', 'jp'];
const regionsOf = (from: PublicAlert | undefined): string[] => [...new Set([...regions, ...(from?.countries ?? [])])];

const texts = (answers: Answers, part: string): AlertTexts =>
  Object.fromEntries(languages.filter((each) => answers[`${part}.${each}`]).map((each) => [each, answers[`${part}.${each}`]]));
const written = (answers: Answers, kind: string): Written =>
  ({ title: texts(answers, 'title'), text: texts(answers, 'text'), advice: texts(answers, 'advice'), kind, exercise: answers['exercise'] === 'yes' });
const ticked = (answers: Answers, group: string, of: string[]): string[] => of.filter((each) => answers[`${group}_${each}`] === 'yes');

/* A withdrawal is written in the languages of what it takes back, and says why: it has neither its text nor anything to be done. */
function Fields({ language, shown, from, cancel }: { language: Language; shown: boolean; from: PublicAlert | undefined; cancel: boolean }) {
  return (
    <fieldset hidden={!shown} lang={language}>
      <Field name={`title.${language}`} label={`${t('alert_title')} (${languageNames[language]})`} value={from?.title[language]} maxLength={160} />
      <Area name={`text.${language}`} label={`${t('alert_text')} (${languageNames[language]})`} value={cancel ? undefined : from?.text[language]} rows={4} maxLength={2000} />
      {!cancel && <Area name={`advice.${language}`} label={`${t('alert_advice')} (${languageNames[language]})`} value={from?.advice[language]} rows={3} maxLength={1000} />}
    </fieldset>
  );
}

function About({ from, cancel }: { from: PublicAlert | undefined; cancel: boolean }) {
  const { data } = useData<List<Campaign>>(mayDo('campaign.read') ? '/campaigns' : null, ['campaign']);

  return (
    <>
      {!cancel && <div class="fields">{Object.entries(scales).map(([scale, values]) => (
        <Choice key={scale} name={scale} label={t(`alert_${scale}` as 'alert_severity')} required value={from?.[scale as 'severity'] ?? usual[scale]}
          options={values.map((value) => ({ value, text: word(`alert-${scale}`, value) }))} />))}
        <Field name="until" label={t('alert_expires')} hint={t('alert_expires_hint')} type="date" value={from?.expires?.slice(0, 10)} />
        {data && data.items.length > 0 && <Choice name="campaign" label={t('campaign')} none="–" value={from?.campaign}
          options={data.items.map((each) => ({ value: each.id, text: each.name }))} />}
      </div>}
      <fieldset><legend>{t('alert_countries')}</legend><div class="ticks">{regionsOf(from).map((each) => <Tick key={each} name={`country_${each}`} label={country(each)} checked={from?.countries.includes(each)} />)}</div></fieldset>
      <fieldset><legend>{t('alert_channels')}</legend><div class="ticks">{channels.map((each) => <Tick key={each} name={`channel_${each}`} label={word('alert-channel', each)} checked={from?.channels.includes(each)} />)}</div></fieldset>
      <Tick name="exercise" label={t('alert_exercise')} hint={t('alert_exercise_hint')} checked={from?.exercise} />
    </>
  );
}

export function WriteAlert({ from, cancel = false, close }: { from?: PublicAlert | undefined; cancel?: boolean; close: () => void }) {
  const kind = cancel ? 'cancel' : from ? 'update' : 'alert';
  const [language, setLanguage] = useState<Language>(spoken.value);
  const [draft, setDraft] = useState<Written>({ title: from?.title ?? {}, text: (!cancel && from?.text) || {}, advice: (!cancel && from?.advice) || {}, kind, exercise: from?.exercise });
  const title = t(cancel ? 'alert_cancel' : from ? 'alert_update' : 'alert_new');
  const send = async (answers: Answers): Promise<void> => {
    const { title: titles, text, advice, exercise } = written(answers, kind);
    try {
      const made = await post<PublicAlert>('/public-alerts', { title: titles, text, advice, exercise, cancel, ...(from ? { refers: from.id } : {}),
        severity: answers['severity'] ?? '', urgency: answers['urgency'] ?? '', certainty: answers['certainty'] ?? '', countries: ticked(answers, 'country', regionsOf(from)),
        channels: ticked(answers, 'channel', channels), ...(answers['campaign'] ? { campaign: answers['campaign'] } : {}),
        ...(answers['until'] ? { expires: new Date(`${answers['until']}T23:59:59`).toISOString() } : {}) });
      toast(t('proposed'));
      close();
      go(href('alerts', made.id));
    } catch (error) {
      // The field that is wrong comes to sight with its language.
      const wrong = languages.find((each) => (error as { field?: string }).field?.endsWith(`.${each}`));
      if (wrong) setLanguage(wrong);
      throw error;
    }
  };

  return (
    <Dialog title={title} wide onClose={close}>
      <p class="quiet">{t(cancel ? 'alert_cancel_what' : from ? 'alert_update_what' : 'alert_new_what')}</p>
      <div class="alert-write" onInput={(event) => { const form = event.currentTarget.querySelector('form'); if (form) setDraft(written(answersOf(form), kind)); }}>
        <Form label={title} submit={t('propose')} onCancel={close} send={send}>
          <div class="acts languages-written" role="group" aria-label={t('alert_written_in')}>{languages.map((each) => (
            <button type="button" key={each} lang={each} aria-pressed={language === each} onClick={() => setLanguage(each)}>{languageNames[each]}{draft.title[each] ? ' ✓' : ''}</button>))}</div>
          {languages.map((each) => <Fields key={each} language={each} shown={language === each} from={from} cancel={cancel} />)}
          <section aria-label={t('alert_preview')}><h3>{t('alert_preview')}</h3>
            {writtenIn(draft).includes(language) ? <AlertCard alert={draft} language={language} /> : <p class="quiet">{t('alert_to_write')}</p>}</section>
          <About from={from} cancel={cancel} />
        </Form>
      </div>
    </Dialog>
  );
}
