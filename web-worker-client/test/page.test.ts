import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  assignFrame,
  type FakeCoordinator,
  revealMatches,
  spinModule,
  startFakeCoordinator,
} from "@near-offshore/volunteer/testing";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pageServer } from "./serve-page.ts";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** A run of 8 instructions a round, of which a browser does some 10^9 a second: minutes, unless it is stopped. */
const FOR_EVER = 12_000_000_000n;

/** The page, built for these tests alone: `dist` may be in use. */
let dist: string;
let browser: Browser;
let coordinator: FakeCoordinator;
let profile: BrowserContext;
let page: Page;
/** What the console and the page complained of: refused by the policy, not found, thrown. */
const complaints: string[] = [];

describe.skipIf(!existsSync(CHROMIUM))("the page in Chromium", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    dist = await mkdtemp(path.join(tmpdir(), "page-"));
    const root = path.resolve(import.meta.dirname, "..");
    await build({ root, logLevel: "warn", build: { outDir: dist, emptyOutDir: true } });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(dist, { recursive: true });
  });

  beforeEach(async () => {
    coordinator = await startFakeCoordinator({ serve: pageServer(dist) });
    profile = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    page = await openPage("/");
  });
  afterEach(async () => {
    await profile.close();
    await coordinator.close();
    expect(coordinator.failures).toEqual([]);
    expect(complaints.splice(0)).toEqual([]);
  });

  async function openPage(address: string): Promise<Page> {
    const opened = await profile.newPage();
    opened.on("pageerror", (error) => complaints.push(String(error)));
    opened.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await opened.goto(coordinator.url + address);
    return opened;
  }

  const situation = (name: string, of = page) => of.locator(`main[data-state=${name}]`).waitFor();
  const button = (name: string, of = page) => of.getByRole("button", { name, exact: true });
  const publicKey = (of = page) => of.locator(".copyable code").first().textContent();

  async function startAndWait(): Promise<void> {
    await button("Start").click();
    await situation("waiting");
    await coordinator.next("ready");
  }

  it("computes an assignment from Start to verdict, and stops", async () => {
    await situation("stopped");
    await startAndWait();
    const module = spinModule(1_000n);
    coordinator.addModule(module);
    const assign = assignFrame(module);
    coordinator.send(assign);
    const { commitment } = await coordinator.next("commit");
    coordinator.send({ type: "open", assignment: "a-1", epoch: 1 });
    const reveal = await coordinator.next("reveal");
    expect(reveal).toMatchObject({ status: "ok", output_base64: btoa("done") });
    expect(revealMatches(assign, commitment, reveal, String(await publicKey()))).toBe(true);

    const tx = "8fKq2mZr5xYvTnB7cWdLhJgP4sEuAo9RiQkMpXyVtC1z";
    const earned_yocto = "1250000000000000000000";
    coordinator.send({ type: "verdict", assignment: "a-1", accepted: true, earned_yocto, request_id: 7, tx });
    const row = page.locator("tr[data-verdict=accepted]");
    await row.waitFor();
    expect(await row.locator("td").allTextContents()).toEqual(["7", "accepted", "0.00125", "8fKq2mZr…VtC1z"]);
    expect(await page.locator("[data-figure=earned]").textContent()).toContain("0.00125");
    expect(await page.locator("[data-figure=accepted]").textContent()).toBe("1");

    await button("Stop now").click();
    await situation("stopped");
  });

  it("shows what runs and how far it is, and Stop now gives it back at once", async () => {
    await startAndWait();
    const module = spinModule(FOR_EVER);
    coordinator.addModule(module);
    const limits = { max_instructions: 100_000_000_000, max_memory_mb: 64, max_execution_seconds: 100 };
    coordinator.send(assignFrame(module, { task: { limits } }));
    await situation("computing");
    const { instructions } = await coordinator.next("progress");
    expect(instructions).toBeGreaterThan(0);
    const line = page.locator(".running li");
    expect(await line.textContent()).toContain("near-offshore/examples@c0ffee0");
    await expect
      .poll(() => line.locator("progress").evaluate((bar) => (bar as HTMLProgressElement).value))
      .toBeGreaterThan(0);
    await button("Stop now").click();
    await situation("stopped");
    expect(await coordinator.next("release")).toMatchObject({ assignment: "a-1", reason: "stopped" });
  });

  it("finishes the current task and then stops", async () => {
    await startAndWait();
    const module = spinModule(1_000n);
    coordinator.addModule(module);
    coordinator.send(assignFrame(module));
    await coordinator.next("commit");
    await button("Finish the current task, then stop").click();
    await situation("finishing");
    coordinator.send({ type: "open", assignment: "a-1", epoch: 1 });
    await coordinator.next("reveal");
    coordinator.send({
      type: "verdict",
      assignment: "a-1",
      accepted: false,
      earned_yocto: "0",
      request_id: 7,
    });
    await situation("stopped");
    expect(await page.locator("[data-figure=rejected]").textContent()).toBe("1");
  });

  it("keeps its key, its verdicts and its cores over a reload; another profile has another key", async () => {
    await startAndWait();
    coordinator.send({
      type: "verdict",
      assignment: "a-0",
      accepted: true,
      earned_yocto: "7",
      request_id: 3,
    });
    await page.locator("tr[data-verdict=accepted]").waitFor();
    const key = await publicKey();
    await page.getByLabel("Cores to use").press("End");
    const cores = await page.getByLabel("Cores to use").inputValue();
    await page.reload();
    await situation("stopped");
    expect(await publicKey()).toBe(key);
    expect(await page.locator("[data-figure=earned]").textContent()).toContain("0.000000000000000000000007");
    expect(await page.getByLabel("Cores to use").inputValue()).toBe(cores);

    const other = await browser.newContext();
    const stranger = await other.newPage();
    await stranger.goto(coordinator.url);
    await situation("stopped", stranger);
    expect(await publicKey(stranger)).not.toBe(key);
    await other.close();
  });

  it("copies the key", async () => {
    await situation("stopped");
    await button("Copy public key").click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await publicKey());
  });

  it("computes in one tab of a profile; the others say so, and can stop it", async () => {
    await startAndWait();
    const second = await openPage("/?autostart=1");
    const words = second.getByText("Another tab of this browser is already computing");
    await words.waitFor();
    await situation("waiting", second);
    expect(coordinator.counts.hellos).toBe(1);
    await button("Stop now", second).click();
    await situation("stopped");
    await situation("stopped", second);
    await button("Start", second).click();
    await situation("waiting", second);
    await page.getByText("Another tab of this browser is already computing").waitFor();
    await second.close();
    await situation("stopped");
  });

  it("starts at once with ?autostart=1&cores=1", async () => {
    await page.close();
    page = await openPage("/?autostart=1&cores=1");
    expect(await coordinator.next("ready")).toMatchObject({ slots: 1 });
    await situation("waiting");
  });

  it("waits in words until its key is registered", async () => {
    coordinator.settings.active = false;
    await button("Start").click();
    await situation("unregistered");
    coordinator.send({ type: "activated" });
    await situation("waiting");
  });

  it("says that the coordinator is gone, when it tries again, and comes back by itself", async () => {
    await startAndWait();
    coordinator.settings.refuse = true;
    coordinator.drop();
    await situation("retrying");
    await page.getByText(/Retrying in \d+ s/).waitFor();
    coordinator.settings.refuse = false;
    await button("Retry now").click();
    await situation("waiting");
    // Chromium itself logs the refused connection.
    complaints.length = 0;
  });

  it("refuses a coordinator that asks for a signature for another place", async () => {
    coordinator.settings.origin = "https://offshore.example";
    await button("Start").click();
    await page.getByRole("heading", { name: "Coordinator refused" }).waitFor();
    expect(coordinator.counts.sessions).toBe(0);
  });

  it("says what to do in a browser without Ed25519, and is not blank", async () => {
    const missing =
      "crypto.subtle.generateKey = () => Promise.reject(new DOMException('', 'NotSupportedError'));";
    await page.close();
    await coordinator.close();
    coordinator = await startFakeCoordinator({ serve: pageServer(dist, missing) });
    page = await openPage("/");
    await situation("unsupported");
    expect(await page.locator(".hero").textContent()).toMatch(/cannot make an Ed25519 key; Chrome 137/);
  });

  it("says that it has broken down when its thread does, and is not blank", async () => {
    await page.close();
    await coordinator.close();
    coordinator = await startFakeCoordinator({ serve: pageServer(dist, "throw new Error('boom');") });
    page = await openPage("/");
    await situation("broken");
    expect(await page.locator(".hero").textContent()).toMatch(/boom.*reload the page/);
    complaints.length = 0;
  });

  it("shows an error of its own and goes on", async () => {
    await page.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error("boom");
        }),
    );
    await page.getByRole("alert").filter({ hasText: "boom" }).waitFor();
    await startAndWait();
    expect(complaints.splice(0).join()).toContain("boom");
  });

  it("gives programs no network and its page no foreign script, by policy", async () => {
    const refused = await page.evaluate(async () => {
      const outcomes: string[] = [];
      await fetch("http://127.0.0.1:1/").catch((error) => outcomes.push(String(error)));
      const script = document.createElement("script");
      script.textContent = "window.broken = true";
      document.body.append(script);
      return [...outcomes, String((window as { broken?: boolean }).broken)];
    });
    expect(refused).toEqual(["TypeError: Failed to fetch", "undefined"]);
    expect(complaints.splice(0).join()).toMatch(/connect-src 'self'.*script-src 'self'/);
    const programs = readdirSync(path.join(dist, "assets")).find((name) => name.startsWith("web-worker-"));
    const { headers } = await fetch(`${coordinator.url}/assets/${programs}`);
    const [page_policy, program_policy] = String(headers.get("content-security-policy")).split(", ");
    expect(page_policy).toContain("connect-src 'self'");
    expect(program_policy).toBe("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'");
  });
});
