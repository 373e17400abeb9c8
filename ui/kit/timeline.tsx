import type { ComponentChildren } from 'preact';
import { When } from './clock';
import { dateTime } from './time';

export interface Moment { key: string; at: string; head: ComponentChildren; body?: ComponentChildren; tone?: 'good' | 'warn' | 'stop' | '' }

/** What happened, newest first, each with its time: relative near, whole beneath. */
export function Timeline({ moments }: { moments: Moment[] }) {
  return (
    <ol class="timeline">
      {moments.map((each) => (
        <li key={each.key} class={each.tone ?? ''}>
          <div class="timeline-at quiet"><When at={each.at} /><span class="figures">{dateTime(each.at)}</span></div>
          <div><div class="timeline-head">{each.head}</div>{each.body}</div>
        </li>
      ))}
    </ol>
  );
}
