// Names in their own script, isolated from what stands around them and in their language, so that letters and speech are right.
const scripts: [RegExp, string][] = [
  [/\p{Script=Khmer}/u, 'km'], [/\p{Script=Hangul}/u, 'ko'], [/\p{Script=Hiragana}|\p{Script=Katakana}/u, 'ja'],
  [/\p{Script=Han}/u, 'zh'], [/\p{Script=Thai}/u, 'th'], [/\p{Script=Arabic}/u, 'ar'], [/\p{Script=Cyrillic}/u, 'ru'],
];

/** The usual language of the letters; undefined where the letters do not tell. */
export function languageOf(text: string): string | undefined {
  return scripts.find(([script]) => script.test(text))?.[1];
}

export function Name({ text, lang }: { text: string; lang?: string | undefined }) {
  return <bdi lang={lang ?? languageOf(text) ?? 'und'}>{text}</bdi>;
}

/** What an office calls a thing. It never breaks inside, unless it is longer than a line may be. */
export function Reference({ text }: { text: string | undefined }) {
  return text ? <span class={text.length > 32 ? 'reference long' : 'reference'}>{text}</span> : null;
}

/** The name in its own script with its reading beneath. */
export function FullName({ text, reading, lang }: { text: string; reading?: string | undefined; lang?: string | undefined }) {
  return (
    <span class="fullname">
      <Name text={text} lang={lang} />
      {reading && reading !== text && <span class="reading"><Name text={reading} /></span>}
    </span>
  );
}
