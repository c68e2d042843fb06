/** The same TypeScript in every engine, for tests and benches. See README.md. */

export { type BrowserName, findBrowser } from "./find-browser.ts";
export { launchChromium } from "./launch.ts";
export {
  ENGINE_NAMES,
  type Engine,
  type EngineName,
  findEngines,
  openEngine,
  type RunOptions,
} from "./open-engine.ts";
