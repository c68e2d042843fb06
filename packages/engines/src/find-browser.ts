/** Finds the machine's browsers, and installs them where that is allowed. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { LIMITS } from "./limits.ts";

export type BrowserName = "chromium" | "firefox";

interface Where {
  variable: string;
  paths: string[];
  apt_package: string;
  advice: string;
}

const WHERE: Record<BrowserName, Where> = {
  chromium: {
    variable: "CHROMIUM_PATH",
    paths: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
    apt_package: "chromium",
    advice: "no Chromium here: run `npx playwright-core install chromium` or set CHROMIUM_PATH",
  },
  firefox: {
    variable: "FIREFOX_PATH",
    paths: ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/snap/bin/firefox"],
    apt_package: "firefox-esr",
    advice: "no Firefox here: install Firefox or set FIREFOX_PATH",
  },
};

/**
 * Path of a browser: its variable's (`CHROMIUM_PATH`, `FIREFOX_PATH`), the system's, Playwright's own, or one installed just now
 * where that is allowed (root and apt). Null where there is none, after one line to `say` that tells what to do.
 */
export function findBrowser(name: BrowserName, say: (line: string) => void = console.warn): string | null {
  const { variable, paths, apt_package, advice } = WHERE[name];
  const candidates = [process.env[variable], ...paths, name === "chromium" ? playwrightPath() : undefined];
  const found = candidates.find((path) => path && existsSync(path));
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say(`setup: installing ${apt_package} with apt-get (once, about a minute)`);
    const options = { stdio: "ignore", timeout: LIMITS.apt_ms } as const;
    spawnSync("apt-get", ["update", "-qq"], options);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", apt_package], options);
    const installed = paths.find((path) => existsSync(path));
    if (installed) return installed;
  }
  say(advice);
  return null;
}

function playwrightPath(): string | undefined {
  try {
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}
