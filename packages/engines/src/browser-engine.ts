/** A headless browser with one page; one dedicated Web Worker a run, or the page itself. */

import { type BrowserName, findBrowser } from "./find-browser.ts";
import { chromiumTab, firefoxTab } from "./launch.ts";
import { LIMITS } from "./limits.ts";
import type { Engine, RunOptions } from "./open-engine.ts";
import { TaskServer } from "./task-server.ts";

const TABS = { chromium: chromiumTab, firefox: firefoxTab };

export async function browserEngine(name: BrowserName): Promise<Engine> {
  const executable_path = findBrowser(name);
  if (executable_path === null) throw new Error(`no ${name} on this machine`);
  const server = new TaskServer();
  const url = await server.listen();
  const tab = await TABS[name](executable_path, url).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });

  async function run(entry: URL, input: unknown, options: RunOptions): Promise<unknown> {
    const { timeout_ms = LIMITS.run_ms, in_page = false } = options;
    const bundle_path = await server.add(entry);
    const id = server.open(input);
    const url = JSON.stringify(`${bundle_path}?${id}`);
    const timer = setTimeout(() => void tab.evaluate(`stopTask(${url})`), timeout_ms);
    const ending = await tab.evaluate(`startTask(${url}, ${in_page})`).finally(() => clearTimeout(timer));
    const answer = server.take(id);
    if (answer && "value" in answer) return answer.value;
    if (answer) throw new Error(`in ${name}: ${answer.error}`);
    const stopped = `${entry.pathname} ran for more than ${timeout_ms} ms`;
    throw new Error(`in ${name}: ${ending === "stopped" ? stopped : ending}`);
  }

  return {
    name,
    version: tab.version,
    run: <T>(entry: URL, input: unknown, options: RunOptions = {}) =>
      run(entry, input, options) as Promise<T>,
    close: async () => {
      await tab.close();
      await server.close();
    },
  };
}
