// The end of the time as a sound: two soft tones, off by default for participants, never the only sign.

const TONES = [659.25, 523.25];
const EACH_S = 0.7;
const LOUD = 0.12;

let context: AudioContext | null = null;

/** Browsers let a page sound only once somebody has pressed something on it. */
export function attachChime(wanted: () => boolean): void {
  const wake = () => {
    if (!wanted()) return;
    try {
      context ??= new AudioContext();
      void context.resume();
    } catch {
      // this machine has no sound
    }
  };
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, wake, { passive: true });
}

/** Play it; also to try it. */
export function chime(): void {
  context ??= new AudioContext();
  const { currentTime, destination } = context;
  void context.resume();
  document.documentElement.dataset.chimed = String(Number(document.documentElement.dataset.chimed ?? 0) + 1);
  for (const [at, tone] of TONES.entries()) {
    const start = currentTime + at * EACH_S * 0.6;
    const [voice, loud] = [context.createOscillator(), context.createGain()];
    voice.type = "sine";
    voice.frequency.value = tone;
    loud.gain.setValueAtTime(0, start);
    loud.gain.linearRampToValueAtTime(LOUD, start + 0.04);
    loud.gain.exponentialRampToValueAtTime(0.001, start + EACH_S);
    voice.connect(loud).connect(destination);
    voice.start(start);
    voice.stop(start + EACH_S);
  }
}
