// Passport lines as they come from a scanner or the clipboard.

/**
 * Whether pasted text is shaped like a machine-readable zone: two or three lines of 28 to 46 of its characters, with
 * fillers. Gives the lines cleaned of spaces, upper case, or null. The hub reads and judges them; this only decides
 * where a paste belongs.
 */
export function zoneOf(text: string): string | null {
  if (text.length > 400) return null;
  const lines = text.toUpperCase().split(/[\r\n]+/).map((line) => line.replace(/[ \t\u00a0]/g, '')).filter((line) => line);
  const shaped = lines.length >= 2 && lines.length <= 3 && lines.every((line) => /^[A-Z0-9<]{28,46}$/.test(line));
  return shaped && /<</.test(lines.join('')) ? lines.join('\n') : null;
}
