// Three tones told apart by rhythm: one short, two, three. What is quiet has none.
let context: AudioContext | null = null;

export function sound(result: 'pass' | 'refer' | 'stop'): void {
  try {
    context ??= new AudioContext();
    const count = result === 'pass' ? 1 : result === 'refer' ? 2 : 3;
    for (let i = 0; i < count; i++) {
      const tone = context.createOscillator(), loudness = context.createGain();
      const at = context.currentTime + i * 0.22;
      tone.frequency.value = result === 'pass' ? 880 : result === 'refer' ? 660 : 440;
      loudness.gain.setValueAtTime(0.2, at);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.18);
      tone.connect(loudness).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.2);
    }
  } catch {
    // A lane without a loudspeaker is told by colour, shape and word.
  }
}
