// `npm run screenshot`: docs/volunteer-page.png, the page at work on a real request.
import { findChromium, launchChromium } from "./browser.ts";
import { exampleRepository } from "./example-repository.ts";
import { say } from "./log.ts";
import { startNetwork } from "./network.ts";
import { at } from "./paths.ts";
import { sendRequest } from "./request.ts";
import { openTab, volunteersActive } from "./volunteers.ts";

const chromium = findChromium();
if (chromium === null) process.exit(1);
const network = await startNetwork({ block_ms: 200 });
const browser = await launchChromium(chromium);
try {
  const { url } = network.coordinator;
  const tabs = [await openTab(browser, url), await openTab(browser, url)];
  await volunteersActive(url, 2);
  const ask = async (example: string, input: object) => {
    const source = { ...(await exampleRepository(example, network.folder)), build_target: "wasm32-wasip1" };
    return sendRequest({
      caller: network.accounts.alice,
      args: {
        source: { GitHub: source },
        input_data: JSON.stringify(input),
        response_format: "Json",
        resource_limits: { max_instructions: 20_000_000_000, max_memory_mb: 64, max_execution_seconds: 90 },
      },
    });
  };
  for (const input of [
    { min: 1, max: 6 },
    { min: 1, max: 100 },
  ])
    await (await ask("get-random/c", input)).answer();
  const heavy = await ask("primes", { below: 500_000_000 });
  const { page } = tabs[0]!;
  await page.setViewportSize({ width: 1200, height: 900 });
  await page.locator("[data-state=computing]").first().waitFor();
  await page.waitForTimeout(3_500);
  await page.screenshot({ fullPage: true, path: at("docs/volunteer-page.png") });
  say("wrote docs/volunteer-page.png");
  await heavy.answer();
} finally {
  await browser.close();
  await network.stop();
}
