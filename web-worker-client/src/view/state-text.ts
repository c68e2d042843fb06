import type { Failure, VolunteerState } from "@near-offshore/volunteer";
import type { ThreadState } from "../messages.ts";

/** The one thing that is going on, as the page's `data-state` names it. */
export type Situation =
  | "preparing"
  | "unsupported"
  | "broken"
  | "stopped"
  | "connecting"
  | "retrying"
  | "unregistered"
  | "waiting"
  | "computing"
  | "finishing";

export interface StateText {
  situation: Situation;
  title: string;
  detail: string;
}

/** What is going on, in words. `now_ms` counts down to the next try. */
export function stateText(state: ThreadState, now_ms: number): StateText {
  if (state.fatal !== null) return fatalText(state.fatal);
  if (state.volunteer === null)
    return { situation: "preparing", title: "One moment", detail: "Fetching this browser's key." };
  const text = volunteerText(state.volunteer, now_ms);
  if (!state.elsewhere) return text;
  const detail =
    "Another tab of this browser is already computing. This one shows what it does, and can stop it.";
  return { ...text, detail };
}

function fatalText({ code, message }: Failure): StateText {
  const detail = sentence(message);
  return code === "not_supported"
    ? { situation: "unsupported", title: "This browser cannot take part", detail }
    : { situation: "broken", title: "This page has broken down", detail };
}

function volunteerText(volunteer: VolunteerState, now_ms: number): StateText {
  const { intent, link, active } = volunteer;
  if (intent === "stopped") return stoppedText(volunteer);
  switch (link.phase) {
    case "retrying":
      return retryingText(link, now_ms);
    case "online":
      if (intent === "draining") return finishingText(volunteer);
      return active ? workingText(volunteer) : UNREGISTERED;
    default:
      return { situation: "connecting", title: "Connecting", detail: "Saying hello to the coordinator." };
  }
}

function stoppedText({ notice }: VolunteerState): StateText {
  const replaced = notice?.code === "conflict";
  const detail = replaced ? sentence(notice.message) : INVITATION;
  return { situation: "stopped", title: "Not computing", detail };
}

const INVITATION =
  "Smart contracts ask for work that their chain cannot afford; browsers do it and are paid. Nothing runs until you press Start.";

const UNREGISTERED: StateText = {
  situation: "unregistered",
  title: "Waiting to be registered",
  detail: "The coordinator is entering this browser's key in the contract. It needs a few blocks.",
};

function retryingText(
  link: Extract<VolunteerState["link"], { phase: "retrying" }>,
  now_ms: number,
): StateText {
  const seconds = Math.max(0, Math.ceil((link.until_ms - now_ms) / 1000));
  const refused = !link.failure.retryable;
  return {
    situation: "retrying",
    title: refused ? "Coordinator refused" : "Coordinator unreachable",
    detail: `${sentence(link.failure.message)} Retrying in ${seconds} s.`,
  };
}

function finishingText({ assignments }: VolunteerState): StateText {
  const computing = assignments.some((assignment) => assignment.phase === "computing");
  const detail = computing
    ? "The current task runs to its end, then everything stops."
    : "Waiting for the others and for the verdict, then everything stops.";
  return { situation: "finishing", title: "Finishing", detail };
}

function workingText({ assignments, cores }: VolunteerState): StateText {
  const busy = assignments.filter((assignment) => assignment.phase === "computing").length;
  if (busy > 0)
    return {
      situation: "computing",
      title: "Computing",
      detail: `${busy} of ${plural(cores, "core")} at work.`,
    };
  if (assignments.length > 0)
    return {
      situation: "waiting",
      title: "Waiting for the others",
      detail: "Done here. The result counts once others found the same.",
    };
  return {
    situation: "waiting",
    title: "Waiting for work",
    detail: "Connected. The next task that fits comes by itself.",
  };
}

/** `1 core`, `4 cores` */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
