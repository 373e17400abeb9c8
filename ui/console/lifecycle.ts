// The tables of an entry's life as the hub has them: reason codes and conditions in the officer's language.
import { signal } from '@preact/signals';
import { language, word } from '../kit/i18n';
import { get } from './api/client';

type Words = { en: string; km: string; ko: string; zh: string };
export interface Reason extends Words { list: string; code: string }
export interface Law { id: string; country: string; law: string; article: string; offence: string; mostMonths: number }
/** Of appeals of some kinds; goes out in the person's language. */
export interface Ready extends Words { answer: string; kinds: string[] }
interface Tables { actions?: string[]; answers?: Ready[]; laws?: Law[]; reasons?: Reason[]; conditions?: ({ name: string } & Words)[] }

const tables = signal<Tables>({});
let asked = false;

/** Asked for once, when the first screen wants it. */
export function lifecycle(): Tables {
  if (!asked) {
    asked = true;
    get<Tables>('/lifecycle').then((found) => { tables.value = found; }, () => { asked = false; });
  }
  return tables.value;
}

export function reasonWord(code: string): string {
  return lifecycle().reasons?.find((each) => each.code === code)?.[language.value] ?? word('reason', code);
}

export function conditionWord(name: string): string {
  return lifecycle().conditions?.find((each) => each.name === name)?.[language.value] ?? word('condition', name);
}

/** An action of the policy table, `entry.read`, in words: what it is about and what was done. */
export function actionWord(action: string): string {
  const [thing, verb = ''] = action.split('.', 2);
  const done = word('done', verb);
  return `${word('thing', thing)}: ${done === verb ? word('verb', verb) : done}`;
}
