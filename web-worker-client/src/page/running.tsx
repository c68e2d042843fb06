import type { AssignmentView, VolunteerState } from "@near-offshore/volunteer";
import { formatCount, sourceLabel, sourceLink } from "../view/format.ts";

const PHASES = {
  computing: "computing",
  committed: "done, waiting for the others",
  revealed: "shown, waiting for the verdict",
} as const;

/** The assignments this browser holds, the newest first. */
export function Running({ volunteer }: { volunteer: VolunteerState }) {
  const { assignments, notice } = volunteer;
  return (
    <section aria-labelledby="running">
      <h2 id="running">Running now</h2>
      {assignments.length === 0 && <p class="empty">Nothing at the moment.</p>}
      <ul class="running">
        {assignments.toReversed().map((assignment) => (
          <Assignment key={assignment.assignment} assignment={assignment} />
        ))}
      </ul>
      {notice && (
        <p class="notice">
          Last problem: {notice.message} <code>{notice.code}</code>
        </p>
      )}
    </section>
  );
}

function Assignment({ assignment }: { assignment: AssignmentView }) {
  const { request_id, source, phase, instructions, max_instructions } = assignment;
  const link = sourceLink(source);
  const label = sourceLabel(source);
  return (
    <li data-phase={phase}>
      <p class="task-line">
        <strong>Task {request_id}</strong>
        {link === null ? (
          <span class="source">{label}</span>
        ) : (
          <a class="source" href={link} target="_blank" rel="noreferrer">
            {label}
          </a>
        )}
      </p>
      <progress
        max={max_instructions}
        value={instructions}
        aria-label={`Instructions used by task ${request_id}, of the most it may use`}
      />
      <p class="task-line small">
        <span>{PHASES[phase]}</span>
        <span>
          {formatCount(instructions)} of at most {formatCount(max_instructions)} instructions
        </span>
      </p>
    </li>
  );
}
