/** A label of a domain behind its "xn--". Source: RFC 3492, 6.2. undefined: it decodes to nothing. */
export function punycodeDecode(label: string): string | undefined {
  const dash = label.lastIndexOf('-');
  const points = Array.from(dash > 0 ? label.slice(0, dash) : '', (c) => c.codePointAt(0) ?? 0);
  let [at, n, i, bias] = [dash > 0 ? dash + 1 : 0, 128, 0, 72];

  if (at >= label.length) return undefined;
  while (at < label.length) {
    const before = i;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = 'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(label.charAt(at) || '?');
      const t = Math.min(Math.max(k - bias, 1), 26);

      at += 1;
      if (digit < 0) return undefined;
      i += digit * weight;
      if (digit < t) break;
      weight *= 36 - t;
      if (i > 0x7fffffff || weight > 0x7fffffff) return undefined;
    }
    const count = points.length + 1;
    let delta = before === 0 ? Math.floor((i - before) / 700) : Math.floor((i - before) / 2);
    let k = 0;
    for (delta += Math.floor(delta / count); delta > 455; k += 36) delta = Math.floor(delta / 35);
    bias = k + Math.floor((36 * delta) / (delta + 38));
    n += Math.floor(i / count);
    i %= count;
    if (n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)) return undefined;
    points.splice(i, 0, n);
    i += 1;
  }
  return String.fromCodePoint(...points);
}
