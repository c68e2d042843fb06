import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { LIMITS } from "./limits.ts";
import { say } from "./log.ts";

const SYSTEM_PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Path of a Chromium: `CHROMIUM_PATH`, the system's, Playwright's own, or one installed just now where that is allowed
 * (root and apt). Null where there is none, after one line that says what to do.
 */
export function findChromium(): string | null {
  const found = [process.env.CHROMIUM_PATH, ...SYSTEM_PATHS, playwrightPath()].find(
    (p) => p && existsSync(p),
  );
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("setup: installing chromium with apt-get (once, about a minute)");
    const options = { stdio: "ignore", timeout: LIMITS.apt_ms } as const;
    spawnSync("apt-get", ["update", "-qq"], options);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
    if (existsSync("/usr/bin/chromium")) return "/usr/bin/chromium";
  }
  say(
    "no Chromium here: run `npx playwright-core install chromium` or set CHROMIUM_PATH to use browser tabs",
  );
  return null;
}

/** A headless Chromium. Each `newContext()` of it is a profile of its own. */
export function launchChromium(executable_path: string): Promise<Browser> {
  // Signals are the program's to handle: Playwright's own handlers would exit before the rest has stopped.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath: executable_path, args: FLAGS, ...signals });
}

function playwrightPath(): string | undefined {
  try {
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}
