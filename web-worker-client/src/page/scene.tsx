import { useRef } from "preact/hooks";
import type { Situation } from "../view/state-text.ts";

// The picture says what the words say, so readers of screens lose nothing: water that rises with the work that is done,
// and a buoy whose light tells how things are. It moves only when the page is drawn anew, a few times a second and in
// small steps: the machine's time is for the tasks, and smooth motion would cost a tenth of a core.

const WAVE =
  "M0 20 q50 -16 100 0 t100 0 100 0 100 0 100 0 100 0 100 0 100 0 100 0 100 0 100 0 100 0 V200 H0 Z";
/** The waves look the same again when they have moved by this share of their width. */
const DRIFT_PERCENT = 100 / 3;
const SWAY_DEGREES = 3;
const WAITING: ReadonlySet<Situation> = new Set(["connecting", "unregistered", "waiting"]);

interface SceneProps {
  situation: Situation;
  /** How far the work is, 0 to 1; null when there is none. */
  level: number | null;
  now_ms: number;
}

export function Scene({ situation, level, now_ms }: SceneProps) {
  const moved_ms = useRef(now_ms);
  const at_work = situation === "computing" || situation === "finishing";
  if (at_work) moved_ms.current = Date.now();
  const blink = at_work || (WAITING.has(situation) && Math.floor(now_ms / 1000) % 4 === 0);
  return (
    <div
      class="scene"
      data-light={situation}
      data-blink={blink || undefined}
      style={{ "--level": String(level ?? 0), ...motion(moved_ms.current) }}
    >
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

/** Where waves and buoy are at a time. */
function motion(time_ms: number): Record<string, string> {
  const drift = (turn_ms: number) => (((time_ms % turn_ms) / turn_ms) * DRIFT_PERCENT).toFixed(3);
  return {
    "--drift-front": `-${drift(60_000)}%`,
    "--drift-back": `calc(${drift(84_000)}% - ${DRIFT_PERCENT}%)`,
    "--sway": `${(SWAY_DEGREES * Math.sin(time_ms / 1_900)).toFixed(2)}deg`,
  };
}
