import { parse, statusReply } from "@near-offshore/protocol";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { LIMITS } from "./limits.ts";
import { until } from "./log.ts";
import { at } from "./paths.ts";
import { type Service, startService } from "./process.ts";

/** A volunteer's tab: a browser profile of its own with the page open and computing. */
export interface Tab {
  readonly page: Page;
  /** As a person closes it: no goodbye. */
  close(): Promise<void>;
}

export async function openTab(browser: Browser, coordinator_url: string, cores = 1): Promise<Tab> {
  const profile: BrowserContext = await browser.newContext();
  const page = await profile.newPage();
  await page.goto(`${coordinator_url}/?autostart=1&cores=${cores}`);
  return { page, close: () => profile.close() };
}

/** A volunteer without a browser: the same code in Node. Used where no Chromium can be had. */
export function startNodeVolunteer(coordinator_url: string, name: string, log_dir: string): Service {
  return startService({
    name,
    command: "node",
    args: [at("packages/volunteer/src/node-main.ts"), "--coordinator", coordinator_url, "--cores", "1"],
    log_dir,
  });
}

/** Resolves when `count` volunteers are connected and registered on the contract. */
export async function volunteersActive(coordinator_url: string, count: number): Promise<void> {
  await until(
    `${count} volunteers to be active`,
    async () => {
      const reply = await fetch(`${coordinator_url}/v1/status`);
      return reply.ok && parse(statusReply, await reply.json(), "status").workers_active >= count;
    },
    { timeout_ms: LIMITS.ready_ms, every_ms: LIMITS.poll_ms },
  );
}
