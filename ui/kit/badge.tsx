import { Icon } from './icon';
import { word } from './i18n';

type Tone = 'plain' | 'busy' | 'good' | 'warn' | 'stop';
const looks: Record<string, [icon: string, tone: Tone]> = {
  submitted: ['ring', 'plain'], 'in-review': ['half', 'busy'], returned: ['back', 'warn'], refused: ['cross', 'plain'],
  approved: ['check', 'busy'], published: ['shield', 'good'], suspended: ['pause', 'warn'], 'under-appeal': ['scale', 'warn'],
  expired: ['glass', 'plain'], removed: ['minus', 'plain'],
  taken: ['check', 'good'], known: ['ring', 'plain'], received: ['ring', 'plain'], answered: ['check', 'good'],
  dismissed: ['cross', 'plain'], upheld: ['check', 'good'], proposed: ['half', 'busy'], 'in-force': ['shield', 'good'],
  ended: ['minus', 'plain'], active: ['check', 'good'], locked: ['pause', 'warn'], gone: ['minus', 'plain'], flagged: ['alert', 'warn'],
  ordered: ['half', 'busy'], noticed: ['check', 'good'], missed: ['cross', 'stop'],
  open: ['half', 'warn'], confirmed: ['check', 'busy'], cleared: ['check', 'good'], custody: ['alert', 'stop'], released: ['back', 'plain'],
  'handed-over': ['shield', 'good'], 'refused-entry': ['cross', 'stop'], protected: ['shield', 'good'], closed: ['minus', 'plain'],
  refer: ['half', 'warn'], stop: ['alert', 'stop'], escalated: ['alert', 'warn'], misuse: ['alert', 'stop'], quiet: ['dot', 'plain'], 'no-receipt': ['ring', 'warn'],
  same: ['check', 'good'], other: ['cross', 'stop'], unknown: ['ring', 'warn'], like: ['half', 'warn'], identity: ['check', 'busy'],
  p0: ['alert', 'stop'], p1: ['alert', 'warn'], p2: ['half', 'busy'], p3: ['dot', 'plain'], read: ['half', 'busy'], linked: ['check', 'busy'],
  sent: ['check', 'busy'], action: ['shield', 'good'], withdrawn: ['minus', 'plain'], reported: ['half', 'warn'], official: ['shield', 'good'],
  hidden: ['pause', 'warn'], late: ['alert', 'warn'], appealed: ['scale', 'warn'], 'appeal-upheld': ['check', 'good'], 'appeal-dismissed': ['cross', 'plain'],
  'in-hand': ['half', 'busy'], closing: ['half', 'warn'], self: ['dot', 'plain'], family: ['ring', 'busy'],
  replaced: ['back', 'plain'], declined: ['cross', 'plain'], rejected: ['cross', 'plain'], exercise: ['alert', 'warn'],
  unshown: ['dot', 'plain'], verified: ['check', 'good'],
  half: ['half', 'busy'], missing: ['ring', 'warn'], genuine: ['check', 'good'], scam: ['alert', 'warn'],
  board: ['check', 'good'], 'not-board': ['cross', 'stop'], accepted: ['check', 'good'], 'not-accepted': ['cross', 'stop'],
  call: ['alert', 'stop'], called: ['check', 'good'], acknowledged: ['check', 'good'], waiting: ['ring', 'warn'],
  done: ['check', 'good'], seen: ['check', 'good'], shown: ['dot', 'plain'], denied: ['cross', 'warn'], 'not-found': ['ring', 'warn'],
};

/** A word with its shape. `group` says which words: state, row, appeal, clearance, person, outcome. */
export function Badge({ group, value }: { group: string; value: string }) {
  const [icon, tone] = looks[value] ?? ['dot', 'plain'];
  return <span class={`badge ${tone}`}><Icon name={icon} />{word(group, value)}</span>;
}

const measures: Record<string, [icon: string, tone: Tone]> = {
  'refuse-entry': ['cross', 'stop'], detain: ['alert', 'stop'], refer: ['half', 'warn'], 'notify-quietly': ['dot', 'plain'],
  protect: ['shield', 'good'],
};

/** What may lawfully be done at the border. */
export function Measure({ kind }: { kind: string }) {
  const [icon, tone] = measures[kind] ?? ['dot', 'plain'];
  return <span class={`badge measure ${tone}`}><Icon name={icon} />{word('measure', kind)}</span>;
}
