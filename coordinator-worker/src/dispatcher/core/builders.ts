import { BOUNDS } from "../../limits.ts";
import type { Turn } from "./turn.ts";
import type { Build, State } from "./types.ts";

// Which builders are there, and what they can build. One that is there claims oftener than `builder_silence_max_ms`, or holds a build.

/** After a restart: they are there, but have to say again what they can build. */
export function forgetClaims(state: State, now_ms: number): void {
  state.listening_until_ms = now_ms + BOUNDS.builder_silence_max_ms;
  state.builders.clear();
  for (const builder of busyBuilders(state))
    state.builders.set(builder, { toolchains: null, heard_ms: now_ms });
}

/** Forgets those that are not there any more. */
export function forgetBuilders({ state, now_ms }: Turn): void {
  if (state.listening_until_ms !== null && state.listening_until_ms <= now_ms)
    state.listening_until_ms = null;
  const busy = busyBuilders(state);
  for (const [key, builder] of state.builders) {
    if (now_ms < builder.heard_ms + BOUNDS.builder_silence_max_ms) continue;
    if (busy.has(key)) builder.heard_ms = now_ms;
    else state.builders.delete(key);
  }
}

/** How many that are there have a build's language, and have neither tried it nor are about to. */
export function buildersAble(state: State, { language, leases, products, refusals }: Build): number {
  const has_it = (builder: string) =>
    [...leases, ...products, ...refusals].some((one) => one.builder === builder);
  const able = [...state.builders].filter(
    ([builder, { toolchains }]) =>
      (language === null || toolchains === null || toolchains.includes(language)) && !has_it(builder),
  );
  return able.length;
}

/** What all that are there can build, for people. */
export function describeToolchains({ builders }: State): string {
  const languages = new Set([...builders.values()].flatMap(({ toolchains }) => toolchains ?? []));
  return [...languages].sort().join(", ") || "nothing";
}

function busyBuilders({ builds }: State): Set<string> {
  return new Set([...builds.values()].flatMap(({ leases }) => leases.map(({ builder }) => builder)));
}
