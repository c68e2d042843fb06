// nearcore itself as the chain: the `near-sandbox` binary, where a machine has it.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { SANDBOX_POLL_MS, SANDBOX_START_MS, SANDBOX_STOP_MS } from "./limits.ts";
import type { RpcChain } from "./start-chain.ts";

/** The key of the account that has the money, where nearcore's `init` writes it. */
const VALIDATOR_KEY = z.object({ account_id: z.string(), public_key: z.string(), secret_key: z.string() });

/**
 * Starts `near-sandbox` on a chain of its own, in a temporary folder that `stop` removes.
 * @param binary the program; by default the one that `NEAR_SANDBOX_BIN_PATH` names. Nothing is downloaded.
 * Throws with what the program printed when it does not start.
 */
export async function startNearSandbox(binary = process.env.NEAR_SANDBOX_BIN_PATH): Promise<RpcChain> {
  if (!binary) {
    throw new Error(
      "near-sandbox is not here: set NEAR_SANDBOX_BIN_PATH to the binary (`npx near-sandbox` downloads one)",
    );
  }
  if (!existsSync(binary)) throw new Error(`NEAR_SANDBOX_BIN_PATH: there is no file ${binary}`);
  const home = await mkdtemp(join(tmpdir(), "near-sandbox-"));
  let program: Program | undefined;
  const stop = async () => {
    if (program !== undefined) await end(program.child);
    await rm(home, { recursive: true, force: true });
  };
  try {
    // As the npm package near-sandbox 0.3 starts it.
    await ended(start(binary, ["--home", home, "init", "--fast"]));
    const [rpc, network] = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`);
    const args = ["--home", home, "run", "--rpc-addr", rpc!, "--network-addr", network!];
    program = start(binary, args);
    const rpc_url = `http://${rpc}`;
    await answers(program, rpc_url);
    const root = VALIDATOR_KEY.parse(JSON.parse(await readFile(join(home, "validator_key.json"), "utf8")));
    return { name: "near-sandbox", rpc_url, root, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Program = { child: ChildProcess /** What it printed last. */; printed: () => string };

const PRINTED_CHARACTERS_MAX = 4_000;

function start(binary: string, args: string[]): Program {
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-PRINTED_CHARACTERS_MAX);
  };
  child.stdout!.on("data", keep);
  child.stderr!.on("data", keep);
  child.on("error", ({ message }) => keep(Buffer.from(message)));
  return { child, printed: () => printed };
}

async function ended({ child, printed }: Program): Promise<void> {
  const code = await new Promise<number | null>((resolve) => {
    child.once("close", resolve);
    child.once("error", () => resolve(null));
  });
  if (code !== 0) throw new Error(`near-sandbox ended with code ${code}: ${printed()}`);
}

/** Resolves when the RPC answers. */
async function answers(program: Program, rpc_url: string): Promise<void> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: "1", method: "status", params: [] });
  const headers = { "content-type": "application/json" };
  for (let waited_ms = 0; waited_ms < SANDBOX_START_MS; waited_ms += SANDBOX_POLL_MS) {
    if (program.child.exitCode !== null || program.child.signalCode !== null)
      throw new Error(`near-sandbox ended: ${program.printed()}`);
    const answer = await fetch(rpc_url, { method: "POST", headers, body }).catch(() => null);
    if (answer?.ok) return;
    await delay(SANDBOX_POLL_MS);
  }
  throw new Error(`near-sandbox did not answer in ${SANDBOX_START_MS} ms: ${program.printed()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), SANDBOX_STOP_MS);
  await closed;
  clearTimeout(insist);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}
