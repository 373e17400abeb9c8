// How a post is, in one shape and one word: the age of its list, or why it has none. And what troubles it.
import { Icon } from '../../kit/icon';
import { number, t, word, type Key } from '../../kit/i18n';
import type { Post } from '../api/types';

/** From the worst to the best: how posts are counted, ordered and drawn. */
export const standings = ['red', 'none', 'amber', 'silent', 'green', 'expected', 'revoked'] as const;
export type Standing = (typeof standings)[number];

/** `silent`: its list is of today, but its line is down. */
export function standingOf(post: Pick<Post, 'state' | 'online'> & { colour?: Post['colour'] }): Standing {
  if (post.state !== 'enrolled') return post.state;
  const colour = post.colour ?? 'none';
  return colour === 'green' && !post.online ? 'silent' : colour;
}

const looks: Record<Standing, [icon: string, tone: string]> = {
  red: ['cross', 'stop'], none: ['minus', 'stop'], amber: ['alert', 'warn'], silent: ['pause', 'warn'], green: ['check', 'good'],
  expected: ['ring', 'plain'], revoked: ['cross', 'plain'],
};

export function StandingBadge({ value }: { value: Standing }) {
  const [icon, tone] = looks[value];
  return <span class={`badge ${tone}`} data-standing={value}><Icon name={icon} />{word('standing', value)}</span>;
}

export function Trouble({ words }: { words: string[] | undefined }) {
  if (!words?.length) return null;
  return <ul class="troubles">{words.map((each) => <li key={each}><Icon name="alert" /> {word('trouble', each)}</li>)}</ul>;
}

/** That it has urgent entries of a later edition than its list's. */
export function UrgentOver({ of }: { of: Pick<Post, 'urgent'> }) {
  if (of.urgent === undefined) return null;
  return <span class="quiet urgent-over">{t('urgent_over_n', { n: number(of.urgent) })}</span>;
}

/** How far a post's clock is from the hub's, as people say it. A second is nothing. */
export function clockWord(offsetMs: number | undefined): string {
  if (offsetMs === undefined) return '';
  const size = Math.abs(offsetMs);
  if (size < 1000) return t('clock_right');
  const [key, n]: [Key, number] = size < 120_000 ? ['n_seconds', size / 1000] : size < 7_200_000 ? ['n_minutes', size / 60_000] : ['n_hours', size / 3_600_000];
  return t(offsetMs > 0 ? 'clock_behind' : 'clock_ahead', { span: t(key, { n: number(Math.round(n)) }) });
}
