/** The engines by name. */

import { browserEngine } from "./browser-engine.ts";
import { findBrowser } from "./find-browser.ts";
import { nodeEngine } from "./node-engine.ts";

export const ENGINE_NAMES = ["node", "chromium", "firefox"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface RunOptions {
  /** After this the run's thread is ended and `run` rejects; two minutes by default. */
  timeout_ms?: number;
  /** In a browser: in the page's own thread, for what starts workers. When the time is over, what it started goes on until `close`. */
  in_page?: boolean;
}

export interface Engine {
  readonly name: EngineName;
  /** Node's or the browser's version. */
  readonly version: string;
  /**
   * Calls `run(input)` of the module `entry` in a thread of its own, new each time, and gives what it returns (or resolves to).
   * Plain values, `bigint` and `Uint8Array` cross as they are, megabytes included. Runs may overlap.
   * @throws Error with the thrown error's message and stack, or when the time is over or the thread crashed
   */
  run<T>(entry: URL, input: unknown, options?: RunOptions): Promise<T>;
  /** Ends the engine and every run in it. */
  close(): Promise<void>;
}

/**
 * Starts an engine.
 * @throws Error when there is no such browser on this machine and none could be installed
 */
export async function openEngine(name: EngineName): Promise<Engine> {
  return name === "node" ? nodeEngine() : browserEngine(name);
}

/** The engines that this machine has; says on stderr what is missing. Browsers are installed where that is allowed. */
export function findEngines(): EngineName[] {
  return ENGINE_NAMES.filter((name) => name === "node" || findBrowser(name) !== null);
}
