/** Starts browsers: Chromium by Playwright; Firefox by WebDriver BiDi, since Playwright drives only a Firefox of its own. */

import { type Browser, chromium } from "playwright-core";
import { LIMITS } from "./limits.ts";

const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Nothing but the page may use the network or the processor. */
const FIREFOX_PREFERENCES = {
  "app.update.disabledForTesting": true,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "",
  "toolkit.telemetry.enabled": false,
};

// Signals are the program's to handle: the drivers' own handlers would exit before the rest has stopped.
const SIGNALS = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };

/** One open page, whichever driver holds it. */
export interface Tab {
  readonly version: string;
  /** Value of an expression in the page, waited for. */
  evaluate(expression: string): Promise<unknown>;
  /** Ends the browser. */
  close(): Promise<void>;
}

/** A headless Chromium. Each `newContext()` of it is a profile of its own. */
export function launchChromium(executable_path: string): Promise<Browser> {
  return chromium.launch({ executablePath: executable_path, args: CHROMIUM_FLAGS, ...SIGNALS });
}

export async function chromiumTab(executable_path: string, url: string): Promise<Tab> {
  const browser = await launchChromium(executable_path);
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return {
      version: browser.version(),
      evaluate: (expression) => page.evaluate(expression),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

export async function firefoxTab(executable_path: string, url: string): Promise<Tab> {
  const { launch } = await import("puppeteer-core");
  const browser = await launch({
    browser: "firefox",
    executablePath: executable_path,
    extraPrefsFirefox: FIREFOX_PREFERENCES,
    timeout: LIMITS.launch_ms,
    // A run may take as long as its own limit says.
    protocolTimeout: 0,
    ...SIGNALS,
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return {
      version: (await browser.version()).replace(/^firefox\//i, ""),
      evaluate: (expression) => page.evaluate(expression),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
