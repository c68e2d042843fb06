import { findBrowser } from "@near-offshore/engines";
import { say } from "./log.ts";

export { launchChromium } from "@near-offshore/engines";

/** Path of a Chromium, installed just now where that is allowed; null where there is none, after one line that says what to do. */
export const findChromium = (): string | null => findBrowser("chromium", say);
