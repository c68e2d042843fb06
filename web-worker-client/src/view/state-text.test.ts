import { type AssignmentView, EMPTY_LEDGER, type VolunteerState } from "@near-offshore/volunteer";
import { expect, it } from "vitest";
import { EMPTY_STATE, type ThreadState } from "../messages.ts";
import { stateText } from "./state-text.ts";

const ONLINE: VolunteerState = {
  intent: "running",
  link: { phase: "online", since_ms: 0 },
  public_key: "ed25519:1",
  account_id: null,
  active: true,
  cores: 4,
  assignments: [],
  ledger: EMPTY_LEDGER,
  instructions_done: 0,
  instructions_per_second: 0,
  notice: null,
};

function held(phase: AssignmentView["phase"]): AssignmentView {
  return {
    assignment: "a-1",
    request_id: 1,
    source: { Module: { sha256: "00".repeat(32) } },
    module_sha256: "00".repeat(32),
    phase,
    instructions: 0,
    max_instructions: 1,
    started_ms: 0,
  };
}

const failure = { code: "unavailable", message: "cannot reach http://x", retryable: true };

const cases: [string, Partial<VolunteerState>, string, string, RegExp][] = [
  [
    "stopped",
    { intent: "stopped", link: { phase: "offline" } },
    "stopped",
    "Not computing",
    /until you press Start/,
  ],
  [
    "the key used elsewhere",
    {
      intent: "stopped",
      link: { phase: "offline" },
      notice: { code: "conflict", message: "this key is computing somewhere else now", retryable: false },
    },
    "stopped",
    "Not computing",
    /^This key is computing somewhere else now\.$/,
  ],
  ["getting a session", { link: { phase: "authenticating" } }, "connecting", "Connecting", /hello/],
  ["not registered", { active: false }, "unregistered", "Waiting to be registered", /contract/],
  ["idle", {}, "waiting", "Waiting for work", /next task/],
  [
    "at work",
    { assignments: [held("computing"), held("committed")] },
    "computing",
    "Computing",
    /^1 of 4 cores at work\.$/,
  ],
  ["done", { assignments: [held("committed")] }, "waiting", "Waiting for the others", /others/],
  [
    "draining at work",
    { intent: "draining", assignments: [held("computing")] },
    "finishing",
    "Finishing",
    /to its end/,
  ],
  ["draining", { intent: "draining", assignments: [held("revealed")] }, "finishing", "Finishing", /verdict/],
  [
    "unreachable",
    { link: { phase: "retrying", until_ms: 10_200, failure } },
    "retrying",
    "Coordinator unreachable",
    /^Cannot reach http:\/\/x\. Retrying in 5 s\.$/,
  ],
  [
    "refused",
    { link: { phase: "retrying", until_ms: 0, failure: { ...failure, retryable: false } } },
    "retrying",
    "Coordinator refused",
    /in 0 s/,
  ],
];

it.each(cases)("says it in words: %s", (_, change, situation, title, detail) => {
  const state: ThreadState = { ...EMPTY_STATE, volunteer: { ...ONLINE, ...change } };
  const text = stateText(state, 5_500);
  expect(text).toMatchObject({ situation, title });
  expect(text.detail).toMatch(detail);
});

it("says that another tab computes", () => {
  const text = stateText({ ...EMPTY_STATE, volunteer: ONLINE, elsewhere: true }, 0);
  expect(text.detail).toContain("Another tab of this browser is already computing");
});

it("says why a browser cannot take part, before anything else", () => {
  const fatal = {
    code: "not_supported",
    message: "this browser cannot make an Ed25519 key",
    retryable: false,
  };
  expect(stateText({ ...EMPTY_STATE, volunteer: ONLINE, fatal }, 0)).toEqual({
    situation: "unsupported",
    title: "This browser cannot take part",
    detail: "This browser cannot make an Ed25519 key.",
  });
});
