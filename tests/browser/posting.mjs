// A checkpoint as its hub sees it: enrolled by its code, every request signed by its key (docs/formats/spool.md).
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const sha = (text) => createHash('sha256').update(text).digest('hex');
export const id = () => randomBytes(16).toString('hex');

/** Canonical JSON of plain ASCII (RFC 8785): members in order. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

export class SignedPost {
  constructor(address, made) {
    Object.assign(this, { address, id: made.id, code: made.code, seq: 0, previous: '0'.repeat(64), ...generateKeyPairSync('ed25519') });
  }

  /** Waits where the hub asks for it: many posts of one address enrol no faster than it lets strangers in. */
  async enrol() {
    const key = this.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
    const once = () => fetch(`${this.address}/api/v1/posts/enrolment`, { method: 'POST', headers: { 'X-Cordon': '1', 'Content-Type': 'application/json' },
      body: JSON.stringify({ code: this.code, key }) });
    let answer = await once();
    for (let waits = 0; answer.status === 429 && waits < 30; waits += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get('Retry-After') ?? 1)));
      answer = await once();
    }
    if (answer.status !== 201) throw new Error(`enrolment: ${answer.status} ${await answer.text()}`);
    return this;
  }

  async ask(what, said) {
    const target = `/api/v1/posts/${this.id}/${what}`, body = JSON.stringify(said), time = Date.now();
    const signature = sign(null, Buffer.from(`cordon post v1\nPOST\n${target}\n${time}\n${sha(body)}\n`), this.privateKey).toString('base64');
    const answer = await fetch(this.address + target, { method: 'POST', body,
      headers: { 'Content-Type': 'application/json', 'X-Cordon': '1', Authorization: `Cordon-Post ${this.id}:${time}:${signature}` } });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** What it says of itself; `issued` milliseconds. */
  sync({ issued, ...more }) {
    const at = new Date(issued).toISOString();
    return this.ask('sync', { since: 0, edition: 3, applied: at, issued: at, queue: 0, seq: this.seq, lanes: 2, version: '0.1.0', trouble: [], ...more });
  }

  /** Each `{at, kind, body}`, in order. */
  async tell(records) {
    const whole = records.map(({ at, kind, body }) => {
      const record = { seq: (this.seq += 1), at: new Date(at).toISOString(), offset: 0, kind, lane: '1', officer: '', previous: this.previous, body };
      this.previous = sha(canonical(record));
      return record;
    });
    for (let i = 0; i < whole.length; i += 400) await this.ask('spool', { records: whole.slice(i, i + 400) });
  }
}
