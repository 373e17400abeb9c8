/** Width and height of a picture as its first bytes give them. Untrusted bytes: what does not fit is undefined. */
export interface Size {
  width: number;
  height: number;
}

/** Sources: W3C PNG (Third Edition) 11.2.1; RFC 9649 (WebP) 2.4 to 2.7; ITU-T T.81 B.2.2. */
export function pictureSize(head: Uint8Array): Size | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const word = (at: number): string => String.fromCharCode(...head.subarray(at, at + 4));

  if (head.length < 30) return undefined;
  if (word(0) === '\x89PNG') return word(12) === 'IHDR' ? { width: view.getUint32(16), height: view.getUint32(20) } : undefined;
  if (word(0) === 'RIFF' && word(8) === 'WEBP') return webpSize(view, word(12));
  return view.getUint16(0) === 0xffd8 ? jpegSize(view) : undefined;
}

function webpSize(view: DataView, kind: string): Size | undefined {
  const bits = view.getUint32(21, true);

  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 'VP8L') return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  // Three bytes each.
  return kind === 'VP8X' ? { width: (view.getUint32(24, true) & 0xffffff) + 1, height: (view.getUint32(26, true) >>> 8) + 1 } : undefined;
}

/** From segment to segment up to the first that begins a frame (SOF0 to SOF15 but DHT, JPG and DAC). */
function jpegSize(view: DataView): Size | undefined {
  for (let at = 2; at + 9 <= view.byteLength;) {
    const mark = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) return undefined;
    if (mark === 0xff) at += 1; // filling
    else if (mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
