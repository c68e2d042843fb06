import type { VolunteerState } from "@near-offshore/volunteer";
import { plural, type StateText } from "../view/state-text.ts";
import { now_ms } from "./now.ts";
import { Scene } from "./scene.tsx";
import { chooseCores, cores, cores_max } from "./settings.ts";
import { send } from "./thread.ts";

interface HeroProps {
  text: StateText;
  volunteer: VolunteerState | null;
}

/** What is going on in big letters, and the controls. */
export function Hero({ text, volunteer }: HeroProps) {
  return (
    <section class="hero" aria-label="Contribute">
      <div class="hero-words">
        <div role="status" aria-live="polite">
          <h1>{text.title}</h1>
        </div>
        {/* Not part of the live region: it counts seconds. */}
        <p class="detail">{text.detail}</p>
        <Controls text={text} volunteer={volunteer} />
        <Cores disabled={volunteer === null} />
      </div>
      <Scene situation={text.situation} level={progressOf(volunteer)} now_ms={now_ms.value} />
    </section>
  );
}

function Controls({ text, volunteer }: HeroProps) {
  const { situation } = text;
  if (situation === "unsupported" || situation === "broken") return null;
  if (volunteer === null || volunteer.intent === "stopped")
    return (
      <div class="controls">
        <button
          type="button"
          class="primary"
          disabled={volunteer === null}
          onClick={() => send({ type: "start" })}
        >
          Start
        </button>
      </div>
    );
  return (
    <div class="controls">
      <button type="button" class="primary stop" onClick={() => send({ type: "stop", after_current: false })}>
        Stop now
      </button>
      {volunteer.intent === "running" && volunteer.assignments.length > 0 && (
        <button type="button" class="secondary" onClick={() => send({ type: "stop", after_current: true })}>
          Finish the current task, then stop
        </button>
      )}
      {volunteer.intent === "draining" && (
        <button type="button" class="secondary" onClick={() => send({ type: "start" })}>
          Go on after all
        </button>
      )}
      {situation === "retrying" && (
        <button type="button" class="secondary" onClick={() => send({ type: "retry_now" })}>
          Retry now
        </button>
      )}
    </div>
  );
}

function Cores({ disabled }: { disabled: boolean }) {
  return (
    <div class="cores">
      <label for="cores">Cores to use</label>
      <input
        id="cores"
        type="range"
        min="1"
        max={cores_max}
        step="1"
        value={cores.value}
        disabled={disabled || cores_max === 1}
        aria-valuetext={`${cores.value} of ${plural(cores_max, "core")}`}
        onInput={(event) => send({ type: "cores", cores: chooseCores(Number(event.currentTarget.value)) })}
      />
      <output for="cores">
        {cores.value} <span>of {cores_max}</span>
      </output>
    </div>
  );
}

/** How far the assignments at work are, 0 to 1, all together; null when nothing is computed. */
function progressOf(volunteer: VolunteerState | null): number | null {
  const computing = volunteer?.assignments.filter((assignment) => assignment.phase === "computing") ?? [];
  if (computing.length === 0) return null;
  const used = computing.reduce((sum, assignment) => sum + assignment.instructions, 0);
  const most = computing.reduce((sum, assignment) => sum + assignment.max_instructions, 0);
  return used / most;
}
