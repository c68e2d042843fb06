// Where a caller's module comes from.
import type { BuildTarget, Source } from "@near-offshore/protocol/pure";
import { isCommit, isRef, LIMITS } from "@near-offshore/protocol/pure";
import { hex32, type Json, location, object, wrong } from "./checks.ts";
import { refuse } from "./errors.ts";

/** A source as a caller writes it, with defaults filled in and aliases resolved. */
export function parseSource(value: unknown): Source {
  const source = object(value, "source");
  const kinds = Object.keys(source);
  const kind = kinds.length === 1 ? kinds[0] : undefined;
  const fields = kind === undefined ? {} : object(source[kind], `source.${kind}`);
  switch (kind) {
    case "GitHub":
      return { GitHub: parseRepository(fields) };
    case "WasmUrl":
      return {
        WasmUrl: {
          url: location(fields.url, "source.WasmUrl.url", LIMITS.url_chars_max),
          hash: hex32(fields.hash, "source.WasmUrl.hash"),
          build_target: parseBuildTarget(fields.build_target, "source.WasmUrl.build_target"),
        },
      };
    case "Module":
      return { Module: { sha256: hex32(fields.sha256, "source.Module.sha256") } };
    default:
      return wrong("source", "an object with one key: GitHub, WasmUrl or Module", value);
  }
}

function parseRepository(fields: Json) {
  const pinned = fields.module_sha256 ?? null;
  return {
    repo: location(fields.repo, "source.GitHub.repo", LIMITS.repo_chars_max),
    commit: parseCommitOrRef(fields.commit, "source.GitHub.commit"),
    build_target: parseBuildTarget(fields.build_target, "source.GitHub.build_target"),
    module_sha256: pinned === null ? null : hex32(pinned, "source.GitHub.module_sha256"),
  };
}

/** A full commit: what a branch or tag names can change. */
export function parseCommit(value: unknown, name: string): string {
  const fits = typeof value === "string" && isCommit(value);
  return fits
    ? value
    : wrong(name, "a full commit of 40 lowercase hexadecimal characters (not a branch or tag)", value);
}

/** A full commit, or a branch or tag, of which the builders say what it names when the request is answered. */
function parseCommitOrRef(value: unknown, name: string): string {
  const fits = typeof value === "string" && value.length <= LIMITS.ref_chars_max;
  return fits && (isCommit(value) || isRef(value))
    ? value
    : wrong(name, "a full commit of 40 lowercase hexadecimal characters, a branch or a tag", value);
}

export function parseBuildTarget(value: unknown, name: string): BuildTarget {
  if (value === undefined || value === null || value === "wasm32-wasip1" || value === "wasm32-wasi") {
    return "wasm32-wasip1";
  }
  if (value === "wasm32-wasip2")
    refuse("not_supported", `${name}: wasm32-wasip2 is not supported, use wasm32-wasip1`);
  return wrong(name, "wasm32-wasip1", value);
}
