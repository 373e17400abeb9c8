import qrcode from 'qrcode-generator';

/** A square of black and white for a telephone's camera; always dark on light, or cameras do not read it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let path = '';
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) if (code.isDark(y, x)) path += `M${x + 4} ${y + 4}h1v1h-1z`;
  return (
    <svg class="qr" viewBox={`0 0 ${size + 8} ${size + 8}`} role="img" aria-label={label}>
      <rect class="qr-ground" width={size + 8} height={size + 8} /><path class="qr-ink" d={path} />
    </svg>
  );
}
