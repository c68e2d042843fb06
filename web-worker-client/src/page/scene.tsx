import type { Situation } from "../view/state-text.ts";

// The picture says what the words say, so readers of screens lose nothing: water that rises with the work that is done,
// and a buoy whose light tells how things are.

const WAVE =
  "M0 20 q50 -16 100 0 t100 0 100 0 100 0 100 0 100 0 100 0 100 0 100 0 100 0 100 0 100 0 V200 H0 Z";

/** `level`: how far the work is, 0 to 1; null when there is none. */
export function Scene({ situation, level }: { situation: Situation; level: number | null }) {
  return (
    <div class="scene" data-light={situation} style={{ "--level": String(level ?? 0) }}>
      <svg aria-hidden="true" class="water water-back" viewBox="0 0 1200 200" preserveAspectRatio="none">
        <path d={WAVE} />
      </svg>
      <svg aria-hidden="true" class="buoy" viewBox="0 0 120 150">
        <circle class="halo" cx="60" cy="22" r="20" />
        <circle class="lamp" cx="60" cy="22" r="8" />
        <path class="frame" d="M52 32 h16 l14 62 h-44 z M49 50 h22 M45 70 h30" />
        <path class="float" d="M24 94 h72 l-10 34 h-52 z" />
      </svg>
      <svg aria-hidden="true" class="water water-front" viewBox="0 0 1200 200" preserveAspectRatio="none">
        <path d={WAVE} />
      </svg>
    </div>
  );
}
