import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type LocalNear, startLocalNear } from "@near-offshore/local-near";
import { signerFromSeed } from "@near-offshore/protocol";
import { type Account, actions, NEAR_NOMINATION } from "near-api-js";
import { connect, type LocalAccount, localAccount } from "./accounts.ts";
import { buildContract, buildPage } from "./builds.ts";
import { type Coordinator, prepareCoordinator } from "./coordinator.ts";
import { say } from "./log.ts";
import { at } from "./paths.ts";
import { freePort } from "./ports.ts";
import { type Service, startService } from "./process.ts";

export const CONTRACT_ID = "offshore.local";
export const COIN_FLIP_ID = "coin-flip.local";
const NEAR = BigInt(NEAR_NOMINATION);

export interface NetworkOptions {
  block_ms: number;
  /** More of each compiler service's environment; one service with no more where it is left out. Each has a builder key of its own. */
  compilers?: Record<string, string>[];
  /** Put between the coordinator and the chain by fault tests: what the coordinator calls instead of the chain's RPC. */
  rpc_url_of?: (chain_rpc_url: string) => Promise<string>;
}

/** The whole network on this machine: chain with the contract, coordinator, compiler services. Volunteers come on their own. */
export interface Network {
  readonly chain: LocalNear;
  readonly coordinator: Coordinator;
  readonly accounts: Record<AccountName, Account>;
  readonly builders: readonly LocalAccount[];
  /** Scratch folder, removed at the end. */
  readonly folder: string;
  stop(): Promise<void>;
}

const ACCOUNT_NAMES = ["owner", "operator", "alice"] as const;
type AccountName = (typeof ACCOUNT_NAMES)[number];

export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const folder = await mkdtemp(path.join(tmpdir(), "near-offshore-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    await Promise.all([buildContract(), buildPage()]);
    say("network: starting the chain, the contract, the coordinator (wrangler dev) and the compiler service");
    const chain = await startChain(options);
    stops.push(() => chain.stop());
    const accounts = connectAll(chain.rpc_url);
    const compilers = options.compilers ?? [{}];
    const builders = compilers.map((_, i) => localAccount(`builder-${i}.local`));
    const settings = await coordinatorOptions(chain, folder, options);
    for (const [i, env] of compilers.entries()) {
      const compiler = startCompiler(
        settings.vars.COORDINATOR_ORIGIN,
        builders[i]!,
        folder,
        `compiler-${i}`,
        env,
      );
      stops.push(() => compiler.stop());
    }
    const coordinator = prepareCoordinator(settings);
    stops.push(() => coordinator.stop());
    await Promise.all([deployContract(chain.rpc_url, builders), coordinator.start()]);
    return { chain, coordinator, accounts, builders, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const TOKEN = "local-compiler-token";

function startChain(options: NetworkOptions): Promise<LocalNear> {
  const ids = [...ACCOUNT_NAMES.map((name) => `${name}.local`), "payer.local", CONTRACT_ID, COIN_FLIP_ID];
  const genesis_accounts = ids.map((id) => {
    const { account_id, public_key } = localAccount(id);
    return { account_id, public_key, balance_yocto: 1000n * NEAR };
  });
  return startLocalNear({ block_ms: options.block_ms, genesis_accounts, seed: "near-offshore" });
}

function connectAll(rpc_url: string): Record<AccountName, Account> {
  const entries = ACCOUNT_NAMES.map(
    (name) => [name, connect(rpc_url, localAccount(`${name}.local`))] as const,
  );
  return Object.fromEntries(entries) as Record<AccountName, Account>;
}

async function deployContract(rpc_url: string, builders: LocalAccount[]): Promise<void> {
  const offshore = connect(rpc_url, localAccount(CONTRACT_ID));
  await offshore.signAndSendTransaction({
    receiverId: CONTRACT_ID,
    actions: [
      actions.deployContract(await readFile(at("contract/dist/offshore.wasm"))),
      actions.functionCall(
        "new",
        { owner_id: "owner.local", operator_id: "operator.local" },
        100_000_000_000_000n,
        0n,
      ),
    ],
    waitUntil: "FINAL",
  });
  await connect(rpc_url, localAccount("owner.local")).callFunctionRaw({
    contractId: CONTRACT_ID,
    methodName: "set_builders",
    args: { builders: builders.map(({ public_key }) => public_key), min_builders: 1 },
    waitUntil: "FINAL",
  });
}

async function coordinatorOptions(chain: LocalNear, folder: string, options: NetworkOptions) {
  const operator = localAccount("operator.local");
  const port = await freePort();
  const log_dir = path.join(folder, "logs");
  await mkdir(log_dir, { recursive: true });
  return {
    port,
    log_dir,
    state_dir: path.join(folder, "coordinator"),
    vars: {
      CONTRACT_ID,
      RPC_URLS: (await options.rpc_url_of?.(chain.rpc_url)) ?? chain.rpc_url,
      FEED_URL: chain.feed_url,
      OPERATOR_ACCOUNT_ID: operator.account_id,
      OPERATOR_PRIVATE_KEY: operator.private_key,
      SESSION_SECRET: createHash("sha256").update(folder).digest("hex"),
      COMPILER_TOKENS: createHash("sha256").update(TOKEN).digest("hex"),
      COORDINATOR_ORIGIN: `http://127.0.0.1:${port}`,
      POLL_MS: "100",
    },
  };
}

function startCompiler(
  coordinator_url: string,
  builder: LocalAccount,
  folder: string,
  name: string,
  more_env: Record<string, string>,
): Service {
  return startService({
    name,
    command: "node",
    args: [at("compiler-service/src/main.ts")],
    env: {
      COORDINATOR_URL: coordinator_url,
      COMPILER_TOKEN: TOKEN,
      BUILDER_SEED: Buffer.from(builder.seed).toString("hex"),
      ALLOW_LOCAL_SOURCES: "1",
      POLL_MS: "100",
      CACHE_DIR: path.join(folder, name),
      PORT: "0",
      ...more_env,
    },
    log_dir: path.join(folder, "logs"),
  });
}

/** Signer of a local account's key, for tests that make builders' or workers' signatures themselves. */
export const signerOf = (account: LocalAccount) => signerFromSeed(account.seed);
